import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, ConversationId } from '../lib/ids.ts';
import type { Follower, FollowWhy } from './types.ts';

interface Row {
  agent_id: number;
  why: string;
  followed_at: string;
  first_name: string;
  last_name: string;
  email: string;
}

/** The conversation and those that were merged straight into it: who followed one of them follows what became of it. */
const withMerged = (db: Scope['db'], id: ConversationId) => db('conversations').where({ id }).orWhere({ merged_into_id: id }).select('id');

/** Those who can log in, in the order in which they came. */
export async function listFollowers({ db }: Scope, id: ConversationId): Promise<readonly Follower[]> {
  const rows: Row[] = await db('followers as f')
    .join('agents as a', 'a.id', 'f.agent_id')
    .whereIn('f.conversation_id', withMerged(db, id))
    .where('a.status', 'active')
    .orderBy(['f.followed_at', 'f.agent_id'])
    .select('f.agent_id', 'f.why', 'f.followed_at', 'a.first_name', 'a.last_name', 'a.email');
  const all = rows.map((row) => ({
    agentId: row.agent_id as AgentId,
    name: `${row.first_name} ${row.last_name}`.trim() || row.email,
    why: row.why as FollowWhy,
    since: new Date(row.followed_at),
  }));
  return all.filter((one, at) => all.findIndex(({ agentId }) => agentId === one.agentId) === at);
}

/** Who follows already stays as he came. */
export async function putFollower({ db, now }: WriteScope, id: ConversationId, agentId: AgentId, why: FollowWhy): Promise<void> {
  const row = { conversation_id: id, agent_id: agentId, why, followed_at: now().toISOString() };
  await db('followers').insert(row).onConflict(['conversation_id', 'agent_id']).ignore();
  await db('conversations').where({ id, has_followers: false }).update({ has_followers: true });
}

export async function deleteFollower({ db }: WriteScope, id: ConversationId, agentId: AgentId): Promise<void> {
  await db('followers').where({ agent_id: agentId }).whereIn('conversation_id', withMerged(db, id)).delete();
}
