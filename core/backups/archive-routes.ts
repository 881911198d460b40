import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { contentDisposition } from '../http/files.ts';
import { orRedraw, readForm } from '../http/params.ts';
import { InvalidError } from '../lib/errors.ts';
import { archiveManifest } from './archive.ts';
import type { archiveStream } from './archive-stream.ts';
import { keepUpload, uploadedArchive } from './archive-upload.ts';
import { BackupError } from './backup-error.ts';
import type { Judge } from './look.ts';
import { PASSWORD, type PasswordAgain } from './password-again.ts';
import { type BackupPlace, normalKey, recoveryKey } from './repository-key.ts';
import { contentsView, problemKey } from './restore-view.ts';
import type { Restorer } from './restorer.ts';
import type { BackupRunner } from './runner.ts';

export interface ArchiveDeps {
  readonly place: BackupPlace;
  /** Everything as one file, made now. */
  readonly stream: () => ReturnType<typeof archiveStream>;
  readonly judge: Judge;
  readonly restorer: Pick<Restorer, 'begin'>;
  readonly runner: Pick<BackupRunner, 'progress'>;
  readonly passwordAgain: PasswordAgain;
}

/** As much as the disk takes. */
const MAX_BYTES = 2 ** 50;
const SHORT = 8;
const SENT = PASSWORD.extend({ key: z.string().max(200, 'forms.too_long').default('') });
const TYPED = z.object({ name: z.string().trim().max(100, 'forms.too_long') });

/** Everything as one file: to take away, and to restore from one that is sent by the browser. */
export function archiveRoutes({ place, stream, judge, restorer, runner, passwordAgain }: ArchiveDeps): readonly Route[] {
  /** The one that was sent and opened last; its key is kept in memory only. */
  let sent: { readonly file: string; readonly key: string; readonly name: string; readonly at: Date } | null = null;

  const page = (ctx: PageContext, more: object = {}, status = 200): void =>
    ctx.page('backups/archive', { errors: {}, problem: null, hasKey: recoveryKey(place) !== null, shown: null, ...more }, status);

  const download = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        await passwordAgain(ctx.scope, ctx.agent, readForm(PASSWORD, ctx.form).current);
        try {
          ctx.body = await stream();
        } catch (error) {
          if (!(error instanceof BackupError)) throw error;
          return page(ctx, { problem: problemKey(error.problem) });
        }
        const day = ctx.scope.now().toISOString().slice(0, 10);
        ctx.set({
          'Content-Type': 'application/octet-stream',
          'Content-Disposition': contentDisposition(`centrala-${day}.tar.zst.age`),
          'Cache-Control': 'no-store',
        });
      },
      (errors) => page(ctx, { errors: { download: errors['current'] } }, 422),
    );

  const open = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const { current, key: typed } = readForm(SENT, ctx.form);
        await passwordAgain(ctx.scope, ctx.agent, current);
        const sha256 = ctx.uploads[0]?.sha256;
        if (!sha256) throw new InvalidError({ archive: 'forms.required' });
        const key = typed === '' ? recoveryKey(place) : normalKey(typed);
        if (key === null) throw new InvalidError({ key: 'forms.required' });
        const file = uploadedArchive(place.dataDir, sha256);
        try {
          const manifest = await archiveManifest(file, key);
          sent = { file, key, name: sha256.slice(0, SHORT), at: new Date(manifest.createdAt) };
          show(
            ctx,
            contentsView({
              ...judge(manifest),
              snapshot: { shortId: sent.name, id: sha256, at: sent.at, isVerified: true },
            }),
          );
        } catch (error) {
          if (!(error instanceof BackupError)) throw error;
          page(ctx, { problem: problemKey(error.problem) }, 422);
        }
      },
      (errors) => page(ctx, { errors }, 422),
    );

  const show = (ctx: PageContext, shown: object): void => page(ctx, { shown, isBusy: runner.progress() !== null });

  const begin = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const { name } = readForm(TYPED, ctx.form);
        if (sent === null || name !== sent.name) throw new InvalidError({ name: 'backups.restore.name_wrong' });
        const ticket = runner.progress() ? null : restorer.begin({ dir: place.dir, key: sent.key }, sent.file);
        if (ticket === null) ctx.toast(ctx.t('backups.restore.problem.busy'), 'problem');
        ctx.seeOther(ticket === null ? '/backups/archive' : `/restorations/${ticket}`);
      },
      (errors) => page(ctx, { errors }, 422),
    );

  return [
    { method: 'GET', path: '/backups/archive', may: 'administrator', handle: async (ctx) => page(ctx) },
    { method: 'POST', path: '/backups/archive', may: 'administrator', handle: download },
    {
      method: 'POST',
      path: '/backups/archive/contents',
      may: 'administrator',
      maxBodyBytes: MAX_BYTES,
      uploads: { put: (content) => keepUpload(place.dataDir, content) },
      handle: open,
    },
    { method: 'POST', path: '/backups/archive/restoration', may: 'administrator', handle: begin },
  ];
}
