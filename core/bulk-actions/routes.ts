import { hrefOf } from '../conversations/address.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam } from '../http/params.ts';
import { ConflictError, InvalidError } from '../lib/errors.ts';
import { MAX_MERGED } from '../transfers/merge.ts';
import { beginBulk, cancelBulk, dismissBulk, reverseBulk } from './begin.ts';
import { choiceOf, readDeed, readPicked } from './form.ts';
import { type Poke, workOff } from './run.ts';
import { type BulkDeps, bulkLines, bulkScreen, choicesScreen } from './screens.ts';

export interface BulkRouteDeps extends BulkDeps {
  readonly poke: Poke;
}

/** What is small is done before the answer; the rest goes on by itself. */
const AT_ONCE_MS = 300;

/** Doing something to many conversations that were picked in the list, or to all of the list; its progress, stopping and undoing. */
export function bulkRoutes(deps: BulkRouteDeps): readonly Route[] {
  const topOf = (ctx: PageContext): string => ctx.t('folders.top');
  const lines = (ctx: PageContext, isShown = true) => bulkLines(ctx.scope, deps, topOf(ctx), isShown);

  /** The lines above the list; on a page of its own without htmx. */
  const answer = async (ctx: PageContext, back = '/bulk-actions'): Promise<void> => {
    if (!ctx.isFragment) return ctx.seeOther(back);
    ctx.fragment('bulk-actions/_begun', { bulk: await lines(ctx) });
  };

  const begin = async (ctx: PageContext): Promise<void> => {
    const picked = readPicked(ctx.form);
    const back = hrefOf('/conversations', picked.address);
    if (ctx.form['act'] === 'merge') return merge(ctx, picked, back);
    await orTold(ctx, back, async () => {
      const id = await beginBulk(ctx.scope, await readDeed(ctx.scope, ctx.form), choiceOf(picked, ctx.agent.id));
      await workOff(ctx.scope, id, deps.poke, AT_ONCE_MS);
      if (ctx.isFragment) ctx.set('HX-Trigger', 'bulk');
      await answer(ctx, back);
    });
  };

  const merge = (ctx: PageContext, { ids, isAll }: ReturnType<typeof readPicked>, back: string): void => {
    if (!isAll && ids.length > 0 && ids.length <= MAX_MERGED) ctx.seeOther(`/conversations/merger?ids=${ids.join(',')}`);
    else tell(ctx, 'bulk-actions.problem.merge_all', back);
  };

  const choices = async (ctx: PageContext): Promise<void> => {
    const { ids, isAll, address } = readPicked(ctx.form);
    const list = hrefOf('', address).slice(1);
    const data = {
      ...(await choicesScreen(ctx.scope, deps, topOf(ctx))),
      picked: { ids: ids.join(','), isAll, list, folder: address.folder },
    };
    if (ctx.isFragment) ctx.fragment('bulk-actions/_choices', data);
    else ctx.page('bulk-actions/choices', data);
  };

  const list = async (ctx: PageContext): Promise<void> => {
    if (ctx.isFragment) ctx.fragment('bulk-actions/_progress', { bulk: await lines(ctx) });
    else ctx.page('bulk-actions/list', { bulk: await lines(ctx, false), isLive: false });
  };

  const show = async (ctx: PageContext): Promise<void> => {
    ctx.page('bulk-actions/show', await bulkScreen(ctx.scope, deps, topOf(ctx), idParam(ctx, 'bulk_actions')));
  };

  const cancellation = async (ctx: PageContext): Promise<void> => {
    await cancelBulk(ctx.scope, idParam(ctx, 'bulk_actions'));
    await answer(ctx);
  };
  const reversal = async (ctx: PageContext): Promise<void> => {
    const id = idParam(ctx, 'bulk_actions');
    await orTold(ctx, '/bulk-actions', async () => {
      await reverseBulk(ctx.scope, id);
      await workOff(ctx.scope, id, deps.poke, AT_ONCE_MS);
      await answer(ctx);
    });
  };
  const dismissal = async (ctx: PageContext): Promise<void> => {
    await dismissBulk(ctx.scope, idParam(ctx, 'bulk_actions'));
    await answer(ctx);
  };

  return [
    { method: 'GET', path: '/bulk-actions', may: 'agent', handle: list },
    { method: 'POST', path: '/bulk-actions', may: 'agent', handle: begin },
    { method: 'POST', path: '/bulk-actions/choices', may: 'agent', handle: choices },
    { method: 'GET', path: '/bulk-actions/:id', may: 'agent', handle: show },
    { method: 'POST', path: '/bulk-actions/:id/cancellation', may: 'agent', handle: cancellation },
    { method: 'POST', path: '/bulk-actions/:id/reversal', may: 'agent', handle: reversal },
    { method: 'POST', path: '/bulk-actions/:id/dismissal', may: 'agent', handle: dismissal },
  ];
}

/** Runs `work`; what it refuses is said, and nothing was done. */
async function orTold(ctx: PageContext, back: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ConflictError) tell(ctx, `bulk-actions.conflict.${error.code}`, back);
    else if (error instanceof InvalidError) tell(ctx, Object.values(error.fields)[0] ?? 'forms.wrong', back);
    else throw error;
  }
}

function tell(ctx: PageContext, key: string, back: string): void {
  ctx.toast(ctx.t(key), 'problem');
  if (ctx.isFragment) ctx.fragment('components/_toasts');
  else ctx.seeOther(back);
}
