import type { Conversation } from '../conversations/types.ts';
import type { Thread } from './thread.ts';
import type { InterpretedMessage } from './types.ts';

/** A ticket system sends its receipt within seconds; nobody has read, thought and written by then. */
const RECEIPT_MS = 2 * 60_000;
const CARRIES_WORDS: ReadonlySet<InterpretedMessage['machine']> = new Set(['notification', 'bulk']);

/**
 * Whether a message may be the words of a person, so that it opens a closed conversation and its agent is told. Ticket systems (Zendesk, Jira) call
 * all that is written in them generated: what they send in answer to a message of ours, and not at once, is heard.
 */
export const isHeard = (
  { automated, machine }: Pick<InterpretedMessage, 'automated' | 'machine'>,
  { isProven }: Pick<Thread, 'isProven'>,
  { lastMessageAt }: Pick<Conversation, 'lastMessageAt'>,
  at: Date,
): boolean => !automated || (isProven && CARRIES_WORDS.has(machine) && at.getTime() - lastMessageAt.getTime() > RECEIPT_MS);
