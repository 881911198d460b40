import type { Conversation, ConversationPatch } from './types.ts';

/**
 * What a received message changes in the mark "somebody in it is not who he says he is". It comes with the message that pretends, and goes
 * with the next honest one of a person after we have answered or closed: until then somebody still has to see what the mark is about.
 */
export function pretendingAfter(
  before: Pick<Conversation, 'pretends' | 'waitingSince'>,
  message: { readonly pretends: boolean; readonly automated: boolean },
): Pick<ConversationPatch, 'pretends'> {
  if (message.pretends) return before.pretends ? {} : { pretends: true };
  return before.pretends && before.waitingSince === null && !message.automated ? { pretends: false } : {};
}
