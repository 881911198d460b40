import { rankOf, TOP_FOLDER, type TreeFolder } from '../folders/types.ts';
import type { InboxRecord } from '../inboxes/types.ts';
import type { KnownLabel } from '../labels/types.ts';
import type { AgentId, FolderId, InboxId, TeamId } from '../lib/ids.ts';
import { type Folder, hrefOf, type ListAddress, labelHref } from './address.ts';
import type { OwnCounters } from './counters.ts';
import type { Counters } from './types.ts';

/** Whether mail can come and go: `off` = paused by a person, `bad` = its plugin is off or reports a problem. */
export type InboxState = 'ok' | 'bad' | 'off';

export interface RailParts {
  readonly address: ListAddress;
  readonly counters: Counters;
  readonly viewer: AgentId;
  readonly inboxes: readonly InboxRecord[];
  readonly labels: readonly KnownLabel[];
  readonly places: readonly TreeFolder[];
  /** What the viewer may do in which folder; missing = he does not know of it. */
  readonly ranks: ReadonlyMap<FolderId, number>;
  readonly views: OwnCounters['views'];
  /** Teams of the viewer; without one the list of them is not offered. */
  readonly teamIds: OwnCounters['teamIds'];
  readonly iconOf: (channel: string) => string;
  readonly stateOf: (inbox: InboxRecord) => InboxState;
  readonly silentSince: (inbox: InboxRecord) => Date | null;
}

const ICONS: readonly (readonly [Exclude<Folder, 'all'>, string])[] = [
  ['open', 'inbox'],
  ['unanswered', 'message-question'],
  ['mine', 'user-check'],
  ['team', 'users-group'],
  ['unassigned', 'user-question'],
  ['snoozed', 'clock-pause'],
  ['closed', 'archive'],
  ['spam', 'mail-exclamation'],
  ['failed', 'alert-triangle'],
  ['trash', 'trash'],
];

const NARROWED_BY_NOTHING = { inboxId: null, folderId: null, labelId: null, teamId: null, q: '' } as const;

/** Beyond 99 a number is only "many". */
export const shortCount = (n: number): string => (n > 99 ? '99+' : n > 0 ? String(n) : '');

/** Deeper folders stand under each other: the rail is narrow. */
const DEEPEST_SHOWN = 4;

/** So many labels stand beside the list: the first in their order, and the one that is looked at. */
const SHOWN_LABELS = 12;

/** Folders and inboxes with what is open in them, and labels. */
export function railView({ address, counters, viewer, inboxes, labels, places, ranks, views, teamIds, iconOf, ...of }: RailParts) {
  const query = hrefOf('', address).slice(1);
  const plain = [address.inboxId, address.folderId, address.labelId, address.teamId].every((one) => one === null) && address.q === '';
  const counts: Readonly<Record<string, number>> = {
    open: counters.open,
    unanswered: counters.unanswered,
    mine: counters.openByAssignee.get(viewer) ?? 0,
    team: openOfTeams(counters, teamIds),
    unassigned: counters.unassigned,
    snoozed: counters.snoozed,
    closed: 0,
    failed: counters.failed,
    spam: counters.spam,
    trash: 0,
  };
  // There is nothing to look for in a trash that is empty.
  const isOffered = (name: Folder): boolean =>
    name === 'team' ? teamIds.length > 0 : name !== 'trash' || counters.trash > 0 || address.folder === 'trash';
  const silent = silentOf({ counters, inboxes, ranks, silentSince: of.silentSince });
  return {
    folders: ICONS.filter(([name]) => isOffered(name)).map(([name, icon]) => ({
      name,
      icon,
      count: shortCount(counts[name] ?? 0),
      alarm: name === 'failed' && counters.failed > 0,
      current: (plain && address.folder === name) || (name === 'team' && address.teamId !== null && teamIds.includes(address.teamId)),
      href: hrefOf('/conversations', { ...address, folder: name, ...NARROWED_BY_NOTHING }),
    })),
    views: views.map((one) => ({ ...one, current: one.query !== '' && one.query === query, href: `/conversations?${one.query}` })),
    places: placesView({ address, counters, places, ranks }),
    inboxes: inboxes.map((inbox) => ({
      id: inbox.id,
      name: inbox.name,
      address: inbox.address,
      icon: iconOf(inbox.channel),
      state: silent.some(({ id }) => id === inbox.id) ? 'bad' : of.stateOf(inbox),
      count: shortCount(counters.openByInbox.get(inbox.id) ?? 0),
      current: address.inboxId === inbox.id,
      href: hrefOf('/conversations', { ...address, folder: 'open', ...NARROWED_BY_NOTHING, inboxId: inbox.id }),
    })),
    silent,
    labels: labels
      .filter(({ id }, at) => at < SHOWN_LABELS || id === address.labelId)
      .map(({ id, name, colour }) => ({ id, name, colour, current: id === address.labelId, href: labelHref(id) })),
  };
}

/** Inboxes whose mail does not come, of those that the viewer works in: he sees where its conversations begin, or an open one of it. */
function silentOf({ counters, inboxes, ranks, silentSince }: Pick<RailParts, 'counters' | 'inboxes' | 'ranks' | 'silentSince'>) {
  return inboxes.flatMap((inbox) => {
    const { id, address, folderId } = inbox;
    const isSeen = (ranks.get(folderId ?? TOP_FOLDER) ?? 0) >= rankOf('see') || (counters.openByInbox.get(id) ?? 0) > 0;
    const since = isSeen ? silentSince(inbox) : null;
    return since === null ? [] : [{ id, address, since }];
  });
}

const openOfTeams = ({ openByTeam }: Counters, ids: readonly TeamId[]): number =>
  ids.reduce((sum, id) => sum + (openByTeam.get(id) ?? 0), 0);

/** The tree of those folders that he sees, each below the nearest one above it that he sees too; nothing where there is only one. */
function placesView({ address, counters, places, ranks }: Pick<RailParts, 'address' | 'counters' | 'places' | 'ranks'>) {
  if (places.filter(({ id, ownerId }) => ownerId === null || ranks.has(id)).length < 2) return [];
  const depths = new Map<FolderId, number>();
  return places.flatMap(({ id, parentId, name, ownerId }) => {
    const above = parentId === null ? -1 : (depths.get(parentId) ?? -1);
    const isSeen = (ranks.get(id) ?? 0) >= rankOf('see');
    depths.set(id, isSeen ? above + 1 : above);
    if (!isSeen) return [];
    return [
      {
        id,
        name,
        icon: id === TOP_FOLDER ? 'inbox' : ownerId === null ? 'folder' : 'lock',
        isTop: id === TOP_FOLDER,
        depth: Math.min(above + 1, DEEPEST_SHOWN),
        count: shortCount(counters.openByFolder.get(id) ?? 0),
        current: address.folderId === id,
        href: hrefOf('/conversations', { ...address, folder: 'open', ...NARROWED_BY_NOTHING, folderId: id }),
      },
    ];
  });
}

export type RailView = ReturnType<typeof railView>;

/** The number in the list's title: what the folder or inbox holds open; 0 = not known. */
export function countOf(address: ListAddress, counters: Counters, viewer: AgentId, teamIds: readonly TeamId[]): number {
  if (address.q !== '') return 0;
  if (address.labelId !== null) return 0;
  if (address.teamId !== null) return address.folder === 'open' ? (counters.openByTeam.get(address.teamId) ?? 0) : 0;
  if (address.folderId !== null) return address.folder === 'open' ? (counters.openByFolder.get(address.folderId) ?? 0) : 0;
  const byInbox = (id: InboxId): number => counters.openByInbox.get(id) ?? 0;
  if (address.inboxId !== null) return address.folder === 'open' ? byInbox(address.inboxId) : 0;
  const { folder } = address;
  if (folder === 'mine') return counters.openByAssignee.get(viewer) ?? 0;
  if (folder === 'team') return openOfTeams(counters, teamIds);
  const counts: Partial<Record<Folder, number>> = {
    open: counters.open,
    unassigned: counters.unassigned,
    unanswered: counters.unanswered,
    snoozed: counters.snoozed,
    closed: counters.closed,
    failed: counters.failed,
    spam: counters.spam,
    trash: counters.trash,
  };
  return counts[folder] ?? 0;
}
