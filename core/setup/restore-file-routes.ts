import { z } from 'zod';
import { hasAgents } from '../agents/list-agents.ts';
import { archiveManifest } from '../backups/archive.ts';
import { keepUpload, uploadedArchive } from '../backups/archive-upload.ts';
import { BackupError } from '../backups/backup-error.ts';
import type { Judge } from '../backups/look.ts';
import { type BackupPlace, normalKey } from '../backups/repository-key.ts';
import { contentsView, problemKey } from '../backups/restore-view.ts';
import type { Restorer } from '../backups/restorer.ts';
import type { PageContext, Route } from '../http/context.ts';
import { orRedraw, queryText, readForm, typedText } from '../http/params.ts';
import { InvalidError } from '../lib/errors.ts';
import { admitted } from './admitted.ts';
import { isSetupToken } from './token.ts';

export interface SetupFileDeps {
  readonly place: BackupPlace;
  readonly judge: Judge;
  readonly restorer: Pick<Restorer, 'begin'>;
}

/** As much as the disk takes. */
const MAX_BYTES = 2 ** 50;
const SENT = z.object({ key: z.string().trim().min(1, 'forms.required').max(200, 'forms.too_long') });

/** An empty machine becomes the one of a file that the browser sends. */
export function setupFileRoutes({ place, judge, restorer }: SetupFileDeps): readonly Route[] {
  /** The one that was sent and opened last; its key is kept in memory only. */
  let sent: { readonly file: string; readonly key: string } | null = null;

  const page = (ctx: PageContext, token: string, more: object = {}, status = 200): void =>
    ctx.page('setup/restore-file', { token, errors: {}, problem: null, ...more }, status);

  const ask = async (ctx: PageContext): Promise<void> => {
    const token = await admitted(ctx, queryText(ctx, 'token', 100));
    if (token !== null) page(ctx, token);
  };

  const open = async (ctx: PageContext): Promise<void> => {
    const token = await admitted(ctx, queryText(ctx, 'token', 100));
    if (token === null) return;
    await orRedraw(
      ctx,
      async () => {
        const key = normalKey(readForm(SENT, ctx.form).key);
        const sha256 = ctx.uploads[0]?.sha256;
        if (!sha256) throw new InvalidError({ archive: 'forms.required' });
        const file = uploadedArchive(place.dataDir, sha256);
        try {
          const manifest = await archiveManifest(file, key);
          sent = { file, key };
          const snapshot = { shortId: sha256.slice(0, 8), id: sha256, at: new Date(manifest.createdAt), isVerified: true };
          const order = '/setup/restore/file/restoration';
          ctx.page('setup/restore-one', { token, ...contentsView({ ...judge(manifest), snapshot }), order });
        } catch (error) {
          if (!(error instanceof BackupError)) throw error;
          page(ctx, token, { problem: problemKey(error.problem) }, 422);
        }
      },
      (errors) => page(ctx, token, { errors }, 422),
    );
  };

  const begin = async (ctx: PageContext): Promise<void> => {
    const token = await admitted(ctx, typedText(ctx, 'token'));
    if (token === null) return;
    const ticket = sent && restorer.begin({ dir: place.dir, key: sent.key }, sent.file);
    if (ticket === null) ctx.toast(ctx.t('backups.restore.problem.busy'), 'problem');
    ctx.seeOther(ticket === null ? `/setup/restore/file?token=${token}` : `/restorations/${ticket}`);
  };

  return [
    { method: 'GET', path: '/setup/restore/file', may: 'public', handle: ask },
    {
      method: 'POST',
      path: '/setup/restore/file',
      may: 'public',
      maxBodyBytes: MAX_BYTES,
      // The whole file would be on the disk before the form is looked at.
      takesFiles: async (scope, query) => !(await hasAgents(scope)) && isSetupToken(scope, query.get('token')),
      uploads: { put: (content) => keepUpload(place.dataDir, content) },
      handle: open,
    },
    { method: 'POST', path: '/setup/restore/file/restoration', may: 'public', handle: begin },
  ];
}
