import type { AgentId, TeamId } from '../lib/ids.ts';

/** They stand in every menu of who gets a conversation. */
export const MAX_TEAMS = 200;

/** People who share work (*zespół*): a conversation can be given to all of them, and a folder be opened to them. */
export interface Team {
  readonly id: TeamId;
  readonly name: string;
  /** The disabled too: they are members again when they come back. */
  readonly memberIds: readonly AgentId[];
}
