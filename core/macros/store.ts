import type { Scope, WriteScope } from '../db/scope.ts';
import type { CannedResponseId, MessageId } from '../lib/ids.ts';

/** `done` is JSON: what was done, and what the conversation was like before and after each. */
export async function insertActs(
  { db }: WriteScope,
  messageId: MessageId,
  cannedResponseId: CannedResponseId,
  done: string,
): Promise<void> {
  await db('macro_acts').insert({ message_id: messageId, canned_response_id: cannedResponseId, done });
}

export async function findActs(
  { db }: Scope,
  messageId: MessageId,
): Promise<{ readonly cannedResponseId: CannedResponseId; readonly done: string } | null> {
  const row: { canned_response_id: CannedResponseId; done: string } | undefined = await db('macro_acts')
    .where({ message_id: messageId })
    .first();
  return row ? { cannedResponseId: row.canned_response_id, done: row.done } : null;
}
