import type { Scope, WriteScope } from '../db/scope.ts';
import type { ConversationId, InboxId, MessageId } from '../lib/ids.ts';
import { storable } from '../lib/text.ts';
import { hashOf } from './id-hash.ts';

const MAX_IDS = 50;

/** Notes which messages a fetched one refers to that are not here yet. */
export async function awaitMessages(
  { db }: WriteScope,
  inboxId: InboxId,
  messageId: MessageId,
  externalIds: readonly string[],
): Promise<void> {
  const hashes = [...new Set(externalIds.slice(0, MAX_IDS).map((id) => hashOf(storable(id))))];
  if (hashes.length === 0) return;
  const known = await db('messages').where({ inbox_id: inboxId }).whereIn('external_id_hash', hashes).pluck('external_id_hash');
  const rows = hashes.filter((hash) => !known.includes(hash));
  if (rows.length === 0) return;
  await db('awaited_messages').insert(rows.map((hash) => ({ inbox_id: inboxId, message_id: messageId, external_id_hash: hash })));
}

/** The conversation of a message that refers to this one, or null. */
export async function conversationAwaiting({ db }: Scope, inboxId: InboxId, externalId: string): Promise<ConversationId | null> {
  const waiting = db('awaited_messages')
    .where({ inbox_id: inboxId, external_id_hash: hashOf(storable(externalId)) })
    .limit(1)
    .select('message_id');
  const row: { conversation_id: ConversationId } | undefined = await db('messages').where('id', waiting).first('conversation_id');
  return row?.conversation_id ?? null;
}

/** It came. */
export async function awaitNoMore({ db }: WriteScope, inboxId: InboxId, externalId: string): Promise<void> {
  await db('awaited_messages')
    .where({ inbox_id: inboxId, external_id_hash: hashOf(storable(externalId)) })
    .delete();
}

/** Since when somebody waits by the time of the messages: from the first of a person after the newest of ours; null = nobody. */
export async function waitingByTime({ db }: Scope, id: ConversationId): Promise<Date | null> {
  const said = (direction: string) => db('messages').where({ conversation_id: id, direction, automated: false });
  const answered = said('outbound').max('created_at');
  const [row] = await said('inbound').whereRaw("created_at > coalesce((?), '')", [answered]).min('created_at as at');
  return row?.['at'] ? new Date(row['at']) : null;
}
