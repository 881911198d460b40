import { z } from 'zod';
import { allow, allowedAmong } from '../conversations/allow.ts';
import { lookingAt } from '../conversations/looking.ts';
import { talkScreen, type WorkspaceDeps } from '../conversations/screens.ts';
import type { PageContext, Route } from '../http/context.ts';
import { ownPath } from '../http/own-path.ts';
import { idParam, optionalLineField, queryText, readForm } from '../http/params.ts';
import { NotFoundError } from '../lib/errors.ts';
import { type ConversationId, parseId } from '../lib/ids.ts';
import { cancelDelivery } from './cancel.ts';
import { hastenDeliveries } from './hasten.ts';
import { findDelivery, listDeliveries } from './list.ts';
import { retryDelivery } from './retry.ts';
import { settleDelivery } from './settle.ts';
import type { Delivery } from './types.ts';
import { queueView, readStatus } from './view.ts';

const HASTENING = z.object({
  domain: optionalLineField(253).transform((text) => text.replace(/^@/, '').toLowerCase()),
  inboxId: z
    .unknown()
    .optional()
    .transform((value) => parseId<'inboxes'>(value)),
});

/** The sending queue, and what a person may decide about one recipient, here or in the conversation. */
export function deliveryRoutes(deps: WorkspaceDeps): readonly Route[] {
  const queueOf = async (ctx: PageContext, query: URLSearchParams) => {
    const status = readStatus(query.get('status'));
    const cursor = query.get('cursor');
    const page = await listDeliveries(ctx.scope, { status: status ?? undefined, cursor: cursor ?? undefined });
    const conversationIds = page.items.map(({ conversationId }) => conversationId);
    return queueView(page, await allowedAmong(ctx.scope, 'conversation:reply', conversationIds), status, cursor, ctx.scope.now());
  };

  const list = async (ctx: PageContext): Promise<void> => {
    const query = new URLSearchParams({ status: queryText(ctx, 'status') });
    const cursor = queryText(ctx, 'cursor');
    if (cursor) query.set('cursor', cursor);
    const queue = await queueOf(ctx, query);
    if (ctx.isFragment) ctx.fragment('deliveries/_table', { queue });
    else ctx.page('deliveries/index', { queue, inboxes: deps.directory.openTo(ctx.agent.id) });
  };

  const decide =
    (toast: string, verb: (scope: PageContext['scope'], id: Delivery['id']) => Promise<Delivery>) =>
    async (ctx: PageContext): Promise<void> => {
      const id = idParam(ctx, 'deliveries');
      const before = await findDelivery(ctx.scope, id);
      if (!before) throw new NotFoundError('Delivery');
      await allow(ctx.scope, 'conversation:reply', before.conversationId);
      await verb(ctx.scope, id);
      ctx.toast(ctx.t(toast));
      await answer(ctx, before.conversationId);
    };

  const answer = async (ctx: PageContext, openId: ConversationId): Promise<void> => {
    const { back } = ctx.form;
    const path = typeof back === 'string' ? ownPath(back) : `/conversations/${openId}`;
    if (!ctx.isFragment) return ctx.seeOther(path);
    if (typeof back === 'string')
      return ctx.fragment('deliveries/_refresh', { queue: await queueOf(ctx, new URL(path, 'http://own.invalid').searchParams) });
    ctx.fragment('conversations/_refresh', await talkScreen(ctx.scope, deps, lookingAt(ctx, openId)));
  };

  const hasten = async (ctx: PageContext): Promise<void> => {
    const { domain, inboxId } = readForm(HASTENING, ctx.form);
    const count = await hastenDeliveries(ctx.scope, { domain: domain === '' ? undefined : domain, inboxId: inboxId ?? undefined });
    ctx.toast(ctx.t('deliveries.toast.hastened', { n: count }));
    ctx.seeOther('/deliveries');
  };

  return [
    { method: 'POST', path: '/deliveries/attempts', may: 'agent', handle: hasten },
    { method: 'GET', path: '/deliveries', may: 'agent', handle: list },
    { method: 'POST', path: '/deliveries/:id/attempts', may: 'agent', handle: decide('deliveries.toast.retry', retryDelivery) },
    { method: 'POST', path: '/deliveries/:id/settlement', may: 'agent', handle: decide('deliveries.toast.settled', settleDelivery) },
    { method: 'POST', path: '/deliveries/:id/cancellation', may: 'agent', handle: decide('deliveries.toast.cancel', cancelDelivery) },
  ];
}
