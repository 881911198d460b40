import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { AgentId, ConversationId } from '../lib/ids.ts';
import { deleteFollower, listFollowers, putFollower } from './store.ts';
import type { Follower } from './types.ts';

/** Those of a conversation and of what was merged into it, who can log in. */
export const followersOf = (scope: Scope, id: ConversationId): Promise<readonly Follower[]> => listFollowers(scope, id);

/** From now on he hears of what the contact answers there, or no more. Doing it twice does it once. */
export async function setFollowing(scope: Scope | WriteScope, id: ConversationId, agentId: AgentId, isFollowing: boolean): Promise<void> {
  await transact(scope, (tx) => (isFollowing ? putFollower(tx, id, agentId, 'self') : deleteFollower(tx, id, agentId)));
}
