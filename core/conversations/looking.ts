import type { PageContext } from '../http/context.ts';
import { type ConversationId, parseId } from '../lib/ids.ts';
import { readAddress } from './address.ts';

/** The list beside it stands in the address of the page, not in that of a part of it. */
export const addressOf = (ctx: PageContext) =>
  readAddress(ctx.isFragment ? Object.fromEntries(URL.parse(ctx.get('HX-Current-URL'))?.searchParams ?? []) : ctx.query);

/** Who looks at this conversation, beside which list, and from which message on he has it before him (views/assets/js/thread.js says it with each request). */
export const lookingAt = (ctx: PageContext, openId: ConversationId) => ({
  viewer: ctx.agent.id,
  address: addressOf(ctx),
  openId,
  shownFrom: parseId<'messages'>(ctx.get('X-Shown-From')),
});
