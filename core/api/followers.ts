import { z } from 'zod';
import { allow } from '../conversations/allow.ts';
import type { Scope } from '../db/scope.ts';
import { followersOf, setFollowing } from '../followers/follow.ts';
import { FOLLOW_WHYS } from '../followers/types.ts';
import type { ConversationId } from '../lib/ids.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { id as apiId, instant, named } from './schemas.ts';

const follower = named('Follower', z.strictObject({ agentId: apiId, name: z.string(), why: z.enum(FOLLOW_WHYS), since: instant }));
const followers = named('Followers', z.strictObject({ items: z.array(follower) }));

const view = async (scope: Scope, id: ConversationId): Promise<z.input<typeof followers>> => ({
  items: (await followersOf(scope, id)).map((one) => ({ ...one, since: one.since.toISOString() })),
});

/** Who hears of what the contact answers in a conversation beside the one whose it is. */
export function followerEndpoints(): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/conversations/:id/followers',
      summary: 'Agents who follow a conversation',
      response: followers,
      handle: async ({ scope, id }) => {
        await allow(scope, 'conversation:read', id);
        return view(scope, id);
      },
    }),
    endpoint({
      method: 'PUT',
      path: '/conversations/:id/followers',
      summary: 'Follow a conversation as the agent of the key, or no more',
      description: 'Whoever a note names as "@First Last" or "@e-mail" follows it by that.',
      body: z.strictObject({ following: z.boolean() }),
      response: followers,
      handle: async ({ scope, agent, id, body }) => {
        await allow(scope, 'conversation:read', id);
        await setFollowing(scope, id, agent.id, body.following);
        return view(scope, id);
      },
    }),
  ];
}
