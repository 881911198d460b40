import type { AgentId, SavedViewId } from '../lib/ids.ts';

export const MAX_NAME_CHARS = 60;
/** Of one agent, and of those that everybody has: they stand beside the list. */
export const MAX_VIEWS = 30;

/** A list of conversations that somebody gave a name (*widok*). */
export interface SavedView {
  readonly id: SavedViewId;
  readonly agentId: AgentId;
  /** Everybody has it beside the list; what is in it differs by what each sees. */
  readonly isShared: boolean;
  readonly name: string;
  /** The address of the list without its path: "folder=closed&label=3". */
  readonly query: string;
}
