import { domainOf } from '../lib/email-address.ts';
import type { Message } from '../messages/types.ts';
import type { ConversationRow } from './types.ts';

/** The bars above a conversation in spam; null when it is not. `mayBlock`: whether to ask for its sender to be blocked. */
export function spamView(row: ConversationRow, messages: readonly Message[], mayBlock: boolean) {
  if (!row.spam) return null;
  const scored = messages.findLast((message) => message.spam?.state === 'scored');
  const asks = mayBlock && row.contact.address.includes('@');
  return {
    reason: row.spam.reason,
    score: row.spam.score === null ? null : Math.round(row.spam.score * 10) / 10,
    symbols: [...(scored?.spam?.symbols ?? [])].sort((a, b) => b.score - a.score),
    sender: asks ? row.contact.address : null,
    domain: asks ? domainOf(row.contact.address) : null,
  };
}
