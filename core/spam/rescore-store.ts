import type { Scope, WriteScope } from '../db/scope.ts';
import { findRawInbounds } from '../ingest/find-raw.ts';
import type { RawInboundRecord } from '../ingest/types.ts';
import { rowFromVerdict, type SpamVerdict, UNJUDGED } from '../ingest/verdict.ts';
import type { ConversationId, RawInboundId } from '../lib/ids.ts';

/** What no filter could score and is still there, oldest first, after the given id; read from an index of those alone. */
export async function unscoredAfter(scope: Scope, after: number, limit: number): Promise<readonly RawInboundRecord[]> {
  const query = scope.db('raw_inbound').whereRaw("spam_state = 'unscored'").where('id', '>', after).whereNot('status', 'waiting');
  return findRawInbounds(scope, await query.whereNull('purged_at').orderBy('id').limit(limit).pluck('id'));
}

/** Puts a score in the place of its absence. */
export async function recordScore({ db }: WriteScope, id: RawInboundId, spam: SpamVerdict): Promise<void> {
  const { spam_state, spam_score, spam_report } = rowFromVerdict({ ...UNJUDGED, spam });
  await db('raw_inbound').where({ id }).whereRaw("spam_state = 'unscored'").update({ spam_state, spam_score, spam_report });
}

/** The conversation that a kept thing opened; null when it opened none, because it joined one, or was a report or a duplicate. */
export async function conversationMadeFrom({ db }: Scope, id: RawInboundId): Promise<ConversationId | null> {
  const row = await db('messages').where({ raw_inbound_id: id }).orderBy('id').first('conversation_id');
  return row ? (row.conversation_id as ConversationId) : null;
}

/** Whether anything but the one message that opened it, and what was answered to that by itself, happened in a conversation, or somebody has begun to answer. */
export async function isTouched({ db }: Scope, id: ConversationId): Promise<boolean> {
  const said = db('messages')
    .where({ conversation_id: id })
    .whereNot((q) => q.where({ direction: 'outbound', automated: true }));
  const messages = await said.limit(2).pluck('id');
  return messages.length > 1 || (await db('drafts').where({ conversation_id: id }).first('agent_id')) !== undefined;
}

/** Ids of what the message answers that a kept thing was received as, the oldest first. */
export async function referencesOf({ db }: Scope, id: RawInboundId): Promise<readonly string[]> {
  const row = await db('messages').where({ raw_inbound_id: id }).orderBy('id').first('references');
  return row ? (JSON.parse(row.references) as string[]) : [];
}
