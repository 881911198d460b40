import type { Scope, WriteScope } from '../db/scope.ts';
import type { ConversationId, RawInboundId } from '../lib/ids.ts';

/** What the inbound messages of a conversation were made from, newest first. */
export async function rawInboundOf({ db }: Scope, id: ConversationId, limit: number): Promise<readonly RawInboundId[]> {
  return db('messages')
    .where({ conversation_id: id, direction: 'inbound' })
    .whereNotNull('raw_inbound_id')
    .orderBy('id', 'desc')
    .limit(limit)
    .pluck('raw_inbound_id');
}

/** Says anew what became of all that a conversation was made from: received or spam, and why. */
export async function settleRawOf(
  { db }: WriteScope,
  id: ConversationId,
  status: 'received' | 'spam',
  reason: string | null,
): Promise<void> {
  await db('raw_inbound')
    .whereIn('id', db('messages').where({ conversation_id: id }).whereNotNull('raw_inbound_id').select('raw_inbound_id'))
    .whereIn('status', ['received', 'spam'])
    .update({ status, spam_reason: reason });
}

/** What still waits for a score waits no more: a person has said what it is, and a late score would put it back. */
export async function leaveUnscored({ db }: WriteScope, id: ConversationId): Promise<void> {
  await db('raw_inbound')
    .whereIn('id', db('messages').where({ conversation_id: id }).whereNotNull('raw_inbound_id').select('raw_inbound_id'))
    .whereRaw("spam_state = 'unscored'")
    .update({ spam_state: 'skipped' });
}

/** Whether the conversation is in spam; null when it is gone. */
export async function spamStateOf({ db }: Scope, id: ConversationId): Promise<boolean | null> {
  const row = await db('conversations').where({ id }).first('spam_at');
  return row ? row.spam_at !== null : null;
}
