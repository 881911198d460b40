import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { orRedraw, queryText, readForm, typedText } from '../http/params.ts';
import { NotFoundError } from '../lib/errors.ts';
import { isCursorId } from '../lib/page.ts';
import { blockSender, listBlockedSenders, unblockSender } from './block.ts';

const ADDED = z.object({ value: z.string().max(500) });

/** Settings → Mail → Blocked senders: whose mail is kept in spam whatever its score. */
export function blockedSenderRoutes(): readonly Route[] {
  const draw = async (ctx: PageContext, value: string, errors: Record<string, string>, status = 200): Promise<void> => {
    const [q, cursor] = [queryText(ctx, 'q', 200), queryText(ctx, 'after', 400) || null];
    const { items, next } = await listBlockedSenders(ctx.scope, q, cursor);
    const senders = items.map((one) => ({ ...one, who: one.author ? `${one.author.firstName} ${one.author.lastName}`.trim() : '' }));
    const more = next === null ? null : `/blocked-senders?${new URLSearchParams({ ...(q ? { q } : {}), after: next })}`;
    if (ctx.isFragment && cursor) return ctx.fragment('blocked-senders/_rows', { senders, more });
    ctx.page('blocked-senders/list', { senders, more, q, value, errors }, status);
  };

  const add = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const { value } = await blockSender(ctx.scope, readForm(ADDED, ctx.form).value);
        ctx.toast(ctx.t('spam.toast.blocked', { value }));
        ctx.seeOther('/blocked-senders');
      },
      (errors) => draw(ctx, typedText(ctx, 'value').slice(0, 500), errors, 422),
    );

  const remove = async (ctx: PageContext): Promise<void> => {
    const id = Number(ctx.params['id']);
    if (!isCursorId(id)) throw new NotFoundError('The blocked sender');
    ctx.toast(ctx.t('spam.blocked.removed', { value: await unblockSender(ctx.scope, id) }));
    ctx.seeOther('/blocked-senders');
  };

  return [
    { method: 'GET', path: '/blocked-senders', may: 'blocking', handle: (ctx) => draw(ctx, '', {}) },
    { method: 'POST', path: '/blocked-senders', may: 'blocking', handle: add },
    { method: 'POST', path: '/blocked-senders/:id/removal', may: 'blocking', handle: remove },
  ];
}
