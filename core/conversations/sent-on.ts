import type { PageContext, Route } from '../http/context.ts';
import { type ConversationId, parseId } from '../lib/ids.ts';
import { hrefOf } from './address.ts';
import { allow } from './allow.ts';
import { leadsTo } from './evidence.ts';
import { addressOf } from './looking.ts';

/** Makes of a handler for `/conversations/:id/…` one that sends whoever asks for a merged conversation on to where it went. */
export const orSentOn =
  (handle: Route['handle']): Route['handle'] =>
  async (ctx) => {
    const asked = parseId<'conversations'>(ctx.params['id']);
    const id = asked === null ? null : await leadsTo(ctx.scope, asked);
    if (asked === null || id === null || id === asked) return handle(ctx);
    await sendOn(ctx, asked, id);
  };

/** Sends on to where a merged conversation went, in the list that was open. Raises not_found for whoever may not see that one. */
export async function sendOn(ctx: PageContext, asked: ConversationId, id: ConversationId): Promise<void> {
  await allow(ctx.scope, 'conversation:read', id);
  ctx.toast(ctx.t('conversations.toast.sent_on', { number: asked, into: id }));
  ctx.seeOther(hrefOf(`/conversations/${id}`, addressOf(ctx)));
}
