import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { orRedraw, readForm } from '../http/params.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import { type Look, reading, type Shown } from './look.ts';
import { PASSWORD, type PasswordAgain } from './password-again.ts';
import { contentsView, restoreView, snapshotLine } from './restore-view.ts';
import type { BackupSource, Restorer } from './restorer.ts';
import type { BackupRunner } from './runner.ts';

export interface RestoreDeps {
  readonly restorer: Pick<Restorer, 'begin' | 'state'>;
  readonly runner: Pick<BackupRunner, 'progress'>;
  readonly look: Look;
  /** Of this installation; null before the first backup. */
  readonly source: () => BackupSource | null;
  readonly passwordAgain: PasswordAgain;
}

const TYPED = z.object({ name: z.string().trim().max(100, 'forms.too_long') });

/** Choosing a backup, what is in it, putting it in the place of the data, and the page that waits for that, which needs no log-in: it outlives the sessions. */
export function restoreRoutes({ restorer, runner, look, source, passwordAgain }: RestoreDeps): readonly Route[] {
  const list = async (ctx: PageContext): Promise<void> => {
    const from = source();
    const { lines, problem } = await reading(async () => ({ lines: from ? (await look.list(from)).map(snapshotLine) : [] }), { lines: [] });
    ctx.page('backups/snapshots', { lines, problem });
  };

  const chosen = async (name: string) => {
    const from = source();
    const shown = from ? await look.at(from, name) : null;
    if (!from || !shown) throw new NotFoundError('Backup');
    return { from, shown };
  };

  const show = async (ctx: PageContext, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const choose = async () => ({ shown: (await chosen(ctx.params['name'] ?? '')).shown as Shown | null });
    const { shown, problem } = await reading(choose, { shown: null });
    if (!shown) return ctx.page('backups/snapshots', { lines: [], problem });
    ctx.page(
      'backups/snapshot',
      { ...contentsView(shown), errors, isBusy: runner.progress() !== null },
      Object.keys(errors).length > 0 ? 422 : 200,
    );
  };

  const begin = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        await passwordAgain(ctx.scope, ctx.agent, readForm(PASSWORD, ctx.form).current);
        const { from, shown } = await chosen(ctx.params['name'] ?? '');
        if (readForm(TYPED, ctx.form).name !== shown.snapshot.shortId) throw new InvalidError({ name: 'backups.restore.name_wrong' });
        const ticket = shown.problem || runner.progress() ? null : restorer.begin(from, shown.snapshot.shortId);
        if (ticket === null) ctx.toast(ctx.t('backups.restore.problem.busy'), 'problem');
        ctx.seeOther(ticket === null ? `/backups/snapshots/${shown.snapshot.shortId}` : `/restorations/${ticket}`);
      },
      (errors) => show(ctx, errors),
    );

  const state = (ctx: PageContext) => {
    const ticket = ctx.params['ticket'] ?? '';
    const found = restorer.state(ticket);
    if (!found) throw new NotFoundError('Restoration');
    return restoreView(ticket, found);
  };

  return [
    { method: 'GET', path: '/backups/snapshots', may: 'administrator', handle: list },
    { method: 'GET', path: '/backups/snapshots/:name', may: 'administrator', handle: (ctx) => show(ctx) },
    { method: 'POST', path: '/backups/snapshots/:name/restoration', may: 'administrator', handle: begin },
    { method: 'GET', path: '/restorations/:ticket', may: 'public', handle: (ctx) => ctx.page('backups/restoration', state(ctx)) },
    {
      method: 'GET',
      path: '/restorations/:ticket/state',
      may: 'public',
      handle: (ctx) => ctx.fragment('backups/_restoration', state(ctx)),
    },
  ];
}
