import type { Scope, WriteScope } from '../db/scope.ts';
import { seenConversation } from '../db/visible.ts';
import type { ConversationId, InboxId, MessageId } from '../lib/ids.ts';
import { storable } from '../lib/text.ts';
import { hashOf } from './id-hash.ts';

/** An inbound message with the same id as another, in whatever inbox. */
export interface StoredCopy {
  readonly messageId: MessageId;
  readonly conversationId: ConversationId;
  readonly inboxId: InboxId;
  readonly inboxName: string;
  readonly externalId: string;
}

/** Received messages with one of these ids in all inboxes, oldest first, a hundred at most; those in a personal folder only for whoever sees them. */
export async function findCopies({ db, actor }: Scope, externalIds: readonly string[]): Promise<readonly StoredCopy[]> {
  const rows = await db('messages as m')
    .join('inboxes as i', 'i.id', 'm.inbox_id')
    .join('conversations as k', 'k.id', 'm.conversation_id')
    .join('folders as f', 'f.id', 'k.folder_id')
    .whereIn(
      'm.external_id_hash',
      externalIds.map((id) => hashOf(storable(id))),
    )
    .where('m.direction', 'inbound')
    .where((either) => either.whereNull('f.owner_id').orWhereExists(seenConversation(db, actor, 'm.conversation_id')))
    .select('m.id', 'm.conversation_id', 'm.inbox_id', 'm.external_id', 'i.name')
    .orderBy('m.id')
    .limit(100);
  return rows.map((row) => ({
    messageId: row.id as MessageId,
    conversationId: row.conversation_id as ConversationId,
    inboxId: row.inbox_id as InboxId,
    inboxName: String(row.name),
    externalId: String(row.external_id),
  }));
}

export async function markCopied({ db }: WriteScope, ids: readonly MessageId[]): Promise<void> {
  await db('messages').whereIn('id', ids).update({ has_copies: true });
}
