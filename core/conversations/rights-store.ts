import type { Scope } from '../db/scope.ts';
import { rankOf } from '../folders/types.ts';
import type { AgentId, ConversationId, FolderId } from '../lib/ids.ts';
import { SHARED_LEVEL } from './levels.ts';

/** What an agent (bound twice) may do in a row of conversations, as a number; null = nothing. */
export const rankAs = (table: string): string =>
  `(select max(level) from (select a.level from folder_access a where a.agent_id = ? and a.folder_id = ${table}.folder_id
    union all select ${rankOf(SHARED_LEVEL)} from conversation_shares s where s.agent_id = ? and s.conversation_id = ${table}.id) ranks)`;

/** What the actor may do with a conversation, as a place in LEVELS: 0 = he may not know of it. The machine may do everything. */
export async function rankFor({ db, actor }: Scope, id: ConversationId): Promise<number> {
  const query = db('conversations').where('conversations.id', id);
  if (actor.kind !== 'agent') return (await query.first('id')) ? rankOf('manage') : 0;
  const row: { rank: number | null } | undefined = await query.first(db.raw(`${rankAs('conversations')} as "rank"`, [actor.id, actor.id]));
  return row?.rank ?? 0;
}

/** Every agent who may see it, whether he can log in or not. */
export async function agentsWhoSee({ db }: Scope, id: ConversationId): Promise<readonly AgentId[]> {
  const byFolder = db('folder_access as a').join('conversations as c', 'c.folder_id', 'a.folder_id').where('c.id', id).select('a.agent_id');
  const rows: { agent_id: AgentId }[] = await byFolder.union(db('conversation_shares').where({ conversation_id: id }).select('agent_id'));
  return rows.map((row) => row.agent_id);
}

export async function idsInFolder({ db }: Scope, id: FolderId, limit: number): Promise<readonly ConversationId[]> {
  return db('conversations').where({ folder_id: id }).limit(limit).pluck('id');
}
