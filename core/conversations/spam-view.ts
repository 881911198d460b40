import type { Blockable } from '../blocked-senders/blockable.ts';
import type { Message } from '../messages/types.ts';
import type { ConversationRow } from './types.ts';

/** The bars above a conversation in spam; null when it is not. `offered`: what of its sender to ask about; null = nothing. */
export function spamView(row: ConversationRow, messages: readonly Message[], offered: Blockable | null) {
  if (!row.spam) return null;
  const scored = messages.findLast((message) => message.spam?.state === 'scored');
  return {
    reason: row.spam.reason,
    score: row.spam.score === null ? null : Math.round(row.spam.score * 10) / 10,
    symbols: [...(scored?.spam?.symbols ?? [])].sort((a, b) => b.score - a.score),
    sender: offered?.sender ?? null,
    domain: offered?.domain ?? null,
  };
}
