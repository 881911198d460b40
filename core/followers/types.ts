import type { AgentId } from '../lib/ids.ts';

/** How somebody came to follow a conversation: by himself, or because a note names him. */
export const FOLLOW_WHYS = ['self', 'mentioned'] as const;
export type FollowWhy = (typeof FOLLOW_WHYS)[number];

export interface Follower {
  readonly agentId: AgentId;
  readonly name: string;
  readonly why: FollowWhy;
  readonly since: Date;
}
