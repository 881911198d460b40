import type { Scope } from '../db/scope.ts';
import { rankOf } from '../folders/types.ts';
import type { AgentId, ContactId, ConversationId, FolderId, InboxId, TeamId } from '../lib/ids.ts';
import { SHARED_LEVEL } from './levels.ts';

/** What an agent (bound twice) may do in a row of conversations, as a number; null = nothing. */
export const rankAs = (table: string): string =>
  `(select max(level) from (select a.level from folder_access a where a.agent_id = ? and a.folder_id = ${table}.folder_id
    union all select ${rankOf(SHARED_LEVEL)} from conversation_shares s where s.agent_id = ? and s.conversation_id = ${table}.id) ranks)`;

/** What the actor may do with a conversation, as a place in LEVELS: 0 = he may not know of it. The machine may do everything. */
export const rankFor = async (scope: Scope, id: ConversationId): Promise<number> => (await ranksFor(scope, [id])).get(id) ?? 0;

/** The same for several in one query; those that are not there are left out. */
export async function ranksFor({ db, actor }: Scope, ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, number>> {
  if (ids.length === 0) return new Map();
  const rank = actor.kind === 'agent' ? db.raw(rankAs('conversations'), [actor.id, actor.id]) : db.raw('?', [rankOf('manage')]);
  const rows: { id: ConversationId; rank: number | string | null }[] = await db('conversations')
    .whereIn('conversations.id', [...ids])
    .select('conversations.id', db.raw('? as "rank"', [rank]));
  return new Map(rows.map(({ id, rank: found }) => [id, Number(found ?? 0)]));
}

/** The most that the actor may do with any conversation of a contact. */
export async function rankForContact({ db, actor }: Scope, id: ContactId): Promise<number> {
  const rank = actor.kind === 'agent' ? db.raw(rankAs('conversations'), [actor.id, actor.id]) : db.raw('?', [rankOf('manage')]);
  const ranks = db('conversations')
    .where({ contact_id: id })
    .select(db.raw('? as "rank"', [rank]));
  const [row] = await db.from(ranks.as('r')).max({ most: 'r.rank' });
  return Number(row?.['most'] ?? 0);
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

export async function idsOfTeam({ db }: Scope, id: TeamId, limit: number): Promise<readonly ConversationId[]> {
  return db('conversations').where({ assigned_team_id: id }).limit(limit).pluck('id');
}

/** The inbox of a conversation, and those that messages merged into it came to. */
export async function inboxesIn({ db }: Scope, id: ConversationId): Promise<readonly InboxId[]> {
  const ofMessages = db('messages').where({ conversation_id: id }).select('inbox_id');
  const rows: { inbox_id: InboxId }[] = await db('conversations').where({ id }).select('inbox_id').union(ofMessages);
  return rows.map((row) => row.inbox_id);
}
