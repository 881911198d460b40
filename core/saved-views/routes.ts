import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, orRedraw, queryText, typedText } from '../http/params.ts';
import { ConflictError } from '../lib/errors.ts';
import { countViews } from './count.ts';
import { addView, canonical, changeView, listViews, orderView, removeView } from './save.ts';

const POSTED = z.object({
  name: z.string().max(500),
  query: z.string().max(1_000).default(''),
  shared: z.literal('yes').optional(),
});
const CHANGED = z.object({ name: z.string().max(500) });
const MOVED = z.object({ position: z.coerce.number().int().min(1).max(1_000) });

/** Lists with a name beside the list of conversations: saving the present one, renaming, ordering, removing, and what is in each. */
export function savedViewRoutes(): readonly Route[] {
  const list = async (ctx: PageContext, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const views = await listViews(ctx.scope, ctx.agent);
    const kinds = [true, false].map((isShared) => ({
      isShared,
      mayChange: !isShared || ctx.agent.permissions.includes('views'),
      views: views.filter((one) => one.isShared === isShared),
    }));
    ctx.page('saved-views/list', { kinds, errors }, Object.keys(errors).length > 0 ? 422 : 200);
  };

  const form = (ctx: PageContext, errors: Readonly<Record<string, string>> = {}): void => {
    const query = canonical(errors['name'] === undefined ? queryText(ctx, 'list', 1_000) : typedText(ctx, 'query').slice(0, 1_000));
    const isWrong = Object.keys(errors).length > 0;
    ctx.page('saved-views/new', { query, name: typedText(ctx, 'name').slice(0, 200), errors }, isWrong ? 422 : 200);
  };

  const add = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const { name, query, shared } = POSTED.parse(ctx.form);
        const view = await orTold(ctx, () => addView(ctx.scope, ctx.agent, { name, query, isShared: shared === 'yes' }));
        if (view) ctx.toast(ctx.t('saved-views.toast.added', { name: view.name }));
        ctx.seeOther(view ? `/conversations?${view.query}` : '/saved-views');
      },
      (errors) => form(ctx, errors),
    );

  const change = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const { name } = await changeView(ctx.scope, ctx.agent, idParam(ctx, 'saved_views'), CHANGED.parse(ctx.form));
        ctx.toast(ctx.t('saved-views.toast.changed', { name }));
        ctx.seeOther('/saved-views');
      },
      (errors) => list(ctx, errors),
    );

  const position = async (ctx: PageContext): Promise<void> => {
    await orderView(ctx.scope, ctx.agent, idParam(ctx, 'saved_views'), MOVED.parse(ctx.form).position);
    ctx.seeOther('/saved-views');
  };

  const removal = async (ctx: PageContext): Promise<void> => {
    const { name } = await removeView(ctx.scope, ctx.agent, idParam(ctx, 'saved_views'));
    ctx.toast(ctx.t('saved-views.toast.removed', { name }));
    ctx.seeOther('/saved-views');
  };

  const counts = async (ctx: PageContext): Promise<void> => {
    const views = await listViews(ctx.scope, ctx.agent);
    ctx.fragment('saved-views/_counts', { counts: await countViews(ctx.scope, ctx.agent.id, views) });
  };

  return [
    { method: 'GET', path: '/saved-views', may: 'agent', handle: (ctx) => list(ctx) },
    { method: 'POST', path: '/saved-views', may: 'agent', handle: add },
    { method: 'GET', path: '/saved-views/new', may: 'agent', handle: (ctx) => form(ctx) },
    { method: 'GET', path: '/saved-views/counts', may: 'agent', handle: counts },
    { method: 'POST', path: '/saved-views/:id', may: 'agent', handle: change },
    { method: 'POST', path: '/saved-views/:id/position', may: 'agent', handle: position },
    { method: 'POST', path: '/saved-views/:id/removal', may: 'agent', handle: removal },
  ];
}

async function orTold<T>(ctx: PageContext, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    ctx.toast(ctx.t('saved-views.problem.too_many'), 'problem');
    return null;
  }
}
