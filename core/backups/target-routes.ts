import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { orRedraw, readForm, typed } from '../http/params.ts';
import { BackupError } from './backup-error.ts';
import type { BackupPlace } from './repository-key.ts';
import { problemKey } from './restore-view.ts';
import { confirmHostKey, keptSecret, setTarget, shownFingerprint, targetState } from './set-target.ts';
import { readTargetForm, TARGET_FIELDS, USUAL_PATH } from './target-form.ts';
import { type Tried, tryTarget } from './try-target.ts';

const CONFIRMED = z.object({ fingerprint: z.string().trim().max(100, 'forms.too_long') });

interface Shown {
  readonly errors?: Readonly<Record<string, string>>;
  readonly tried?: Tried;
  /** What the server shows now and somebody is asked to compare. */
  readonly asked?: string;
  readonly problem?: string;
}

/** Settings → Backups → Where they go: a folder, a bucket or a server, its key, and a trial that really writes. */
export function targetRoutes(place: BackupPlace): readonly Route[] {
  const show = (ctx: PageContext, { errors = {}, tried, asked, problem }: Shown = {}): void => {
    const { target, ...state } = targetState(place);
    const isWrong = Object.keys(errors).length > 0;
    const paths = {
      s3Path: USUAL_PATH,
      sftpPath: USUAL_PATH,
      ...(target && 'path' in target ? { [`${target.kind}Path`]: target.path } : {}),
    };
    const stored = { dir: place.dir, port: 22, ...paths, ...target, kind: target?.kind ?? 'folder', secret: '' };
    const values = isWrong ? { ...stored, ...typed(ctx, ...TARGET_FIELDS) } : stored;
    const failed = tried?.failed && { ...tried.failed, problem: problemKey(tried.failed.problem) };
    const view = { ...state, isUnreadable: target === null, hasSecret: target?.kind === 's3', isSftp: target?.kind === 'sftp' };
    ctx.page('backups/target', { ...view, values, errors, done: tried?.done ?? null, failed, asked, problem }, isWrong ? 422 : 200);
  };

  /** A target that does not work is an answer, not a failure of the page. */
  const answering = async (ctx: PageContext, work: () => Promise<Shown>): Promise<void> => {
    try {
      show(ctx, await work());
    } catch (error) {
      if (!(error instanceof BackupError)) throw error;
      show(ctx, { problem: problemKey(error.problem) });
    }
  };

  const save = (ctx: PageContext): Promise<void> =>
    answering(ctx, async () => {
      let wrong: Readonly<Record<string, string>> = {};
      await orRedraw(
        ctx,
        async () => {
          const secret = String(ctx.form['secret'] || keptSecret(place, String(ctx.form['keyId'] ?? '').trim()));
          await setTarget(ctx.scope, place, readTargetForm(ctx.form, secret));
          ctx.toast(ctx.t('common.saved'));
        },
        (errors) => {
          wrong = errors;
        },
      );
      if (Object.keys(wrong).length > 0) return { errors: wrong };
      // A server is not asked before somebody compared the key that it shows.
      const { target } = targetState(place);
      return target?.kind === 'sftp' && target.hostKey === null ? {} : tried();
    });

  const tried = async (): Promise<Shown> => {
    const { target } = targetState(place);
    if (target === null) throw new BackupError('Where backups go cannot be opened.', undefined, 'no_target');
    return { tried: await tryTarget(place, target) };
  };

  const tryOut = (ctx: PageContext): Promise<void> => answering(ctx, tried);

  const ask = (ctx: PageContext): Promise<void> => answering(ctx, async () => ({ asked: await shownFingerprint(place) }));

  const confirm = (ctx: PageContext): Promise<void> =>
    answering(ctx, async () => {
      await confirmHostKey(ctx.scope, place, readForm(CONFIRMED, ctx.form).fingerprint);
      ctx.toast(ctx.t('common.saved'));
      return {};
    });

  return [
    { method: 'GET', path: '/backups/target', may: 'administrator', handle: async (ctx) => show(ctx) },
    { method: 'POST', path: '/backups/target', may: 'administrator', handle: save },
    { method: 'POST', path: '/backups/target/trial', may: 'administrator', handle: tryOut },
    { method: 'POST', path: '/backups/target/host-key', may: 'administrator', handle: ask },
    { method: 'POST', path: '/backups/target/host-key/confirmation', may: 'administrator', handle: confirm },
  ];
}
