import { z } from 'zod';
import { type Look, reading } from '../backups/look.ts';
import { contentsView, snapshotLine } from '../backups/restore-view.ts';
import type { BackupSource, Restorer } from '../backups/restorer.ts';
import type { PageContext, Route } from '../http/context.ts';
import { orRedraw, queryText, readForm, typed, typedText } from '../http/params.ts';
import { NotFoundError } from '../lib/errors.ts';
import { admitted } from './admitted.ts';

export interface SetupRestoreDeps {
  readonly look: Look;
  readonly restorer: Pick<Restorer, 'begin'>;
  /** The folder that is looked into unless another one is typed. */
  readonly dir: string;
}

const SOURCE = z.object({
  dir: z.string().trim().max(1_000, 'forms.too_long').regex(/^\//, 'setup.restore.dir_wrong'),
  key: z.string().trim().min(1, 'forms.required').max(200, 'forms.too_long'),
});

/** An empty machine becomes the one of a backup: its folder and recovery key, which one, and then it is put in its place. */
export function setupRestoreRoutes({ look, restorer, dir }: SetupRestoreDeps): readonly Route[] {
  /** Typed with the set-up token and not shown again. */
  let source: BackupSource | null = null;

  const form = (ctx: PageContext, token: string, more: object = {}, status = 200): void =>
    ctx.page('setup/restore', { token, values: { dir }, errors: {}, problem: null, lines: null, ...more }, status);

  const ask = async (ctx: PageContext): Promise<void> => {
    const token = await admitted(ctx, queryText(ctx, 'token', 100));
    if (token !== null) form(ctx, token);
  };

  const list = async (ctx: PageContext): Promise<void> => {
    const token = await admitted(ctx, typedText(ctx, 'token'));
    if (token === null) return;
    const values = typed(ctx, 'dir');
    await orRedraw(
      ctx,
      async () => {
        const asked = readForm(SOURCE, ctx.form);
        const { lines, problem } = await reading(async () => ({ lines: (await look.list(asked)).map(snapshotLine) }), { lines: [] });
        if (problem === null) source = asked;
        form(ctx, token, { values, problem, lines: problem === null ? lines : null }, problem === null ? 200 : 422);
      },
      (errors) => form(ctx, token, { values, errors }, 422),
    );
  };

  const chosen = async (ctx: PageContext) => {
    const shown = source ? await look.at(source, ctx.params['name'] ?? '') : null;
    if (!source || !shown) throw new NotFoundError('Backup');
    return { source, shown };
  };

  const show = async (ctx: PageContext): Promise<void> => {
    const token = await admitted(ctx, queryText(ctx, 'token', 100));
    if (token !== null) ctx.page('setup/restore-one', { token, ...contentsView((await chosen(ctx)).shown) });
  };

  const begin = async (ctx: PageContext): Promise<void> => {
    const token = await admitted(ctx, typedText(ctx, 'token'));
    if (token === null) return;
    const { source: from, shown } = await chosen(ctx);
    const ticket = shown.problem ? null : restorer.begin(from, shown.snapshot.shortId);
    if (ticket === null) ctx.toast(ctx.t('backups.restore.problem.busy'), 'problem');
    ctx.seeOther(ticket === null ? `/setup/restore/${shown.snapshot.shortId}?token=${token}` : `/restorations/${ticket}`);
  };

  return [
    { method: 'GET', path: '/setup/restore', may: 'public', handle: ask },
    { method: 'POST', path: '/setup/restore', may: 'public', handle: list },
    { method: 'GET', path: '/setup/restore/:name', may: 'public', handle: show },
    { method: 'POST', path: '/setup/restore/:name', may: 'public', handle: begin },
  ];
}
