import { pathOf } from '../folders/tree.ts';
import type { TreeFolder } from '../folders/types.ts';
import type { KnownLabel } from '../labels/types.ts';
import type { AgentId, FolderId } from '../lib/ids.ts';
import type { Team } from '../teams/types.ts';
import { type BulkAction, type BulkDeed, canUndo, isGoing, MAX_ITEMS } from './types.ts';

/** What the names in it are taken from; `top` is what the first folder is called. */
export interface Names {
  readonly labels: readonly KnownLabel[];
  readonly folders: readonly TreeFolder[];
  readonly agents: readonly { readonly id: AgentId; readonly name: string }[];
  readonly teams: readonly Team[];
  readonly top: string;
}

/** One line about it: what is done, how far it is, and what can be done about that. */
export function lineView(action: BulkAction, names: Names, now: Date) {
  const { id, deed, state, total, done, same, refused, undone, stayed } = action;
  const isUndoing = state === 'undoing';
  return {
    id,
    kind: deed.kind,
    name: nameOf(deed, names),
    state,
    isGoing: isGoing(action),
    value: isUndoing ? undone + stayed : done + same + refused,
    max: isUndoing ? done : total,
    count: state === 'undone' ? undone : done,
    same,
    refused,
    stayed,
    cutAt: action.isCut ? MAX_ITEMS : 0,
    at: action.createdAt,
    canStop: state === 'collecting' || state === 'running',
    canUndo: canUndo(action, now),
  };
}
export type BulkLine = ReturnType<typeof lineView>;

/** Of whom or what it is about: '' = nothing, null = it is gone or nobody. */
function nameOf(deed: BulkDeed, { labels, folders, agents, teams, top }: Names): string | null {
  if (deed.kind === 'assign') {
    const { assigneeId, teamId = null } = deed;
    const person = assigneeId === null ? null : (agents.find(({ id }) => id === assigneeId)?.name ?? '?');
    return teamId === null ? person : [person, teams.find(({ id }) => id === teamId)?.name ?? '?'].filter(Boolean).join(' · ');
  }
  if (deed.kind === 'label' || deed.kind === 'unlabel') return labels.find(({ id }) => id === deed.labelId)?.name ?? '?';
  if (deed.kind === 'file') return isKnown(folders, deed.folderId) ? pathOf(folders, deed.folderId, top) : '?';
  return '';
}

const isKnown = (folders: readonly TreeFolder[], id: FolderId): boolean => folders.some((one) => one.id === id);
