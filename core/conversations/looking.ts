import type { PageContext } from '../http/context.ts';
import { type ConversationId, parseId } from '../lib/ids.ts';
import { readAddress } from './address.ts';

/** Who looks at this conversation, beside which list, and from which message on he has it before him (views/assets/js/thread.js says it with each request). */
export const lookingAt = (ctx: PageContext, openId: ConversationId) => ({
  viewer: ctx.agent.id,
  address: readAddress(ctx.query),
  openId,
  shownFrom: parseId<'messages'>(ctx.get('X-Shown-From')),
});
