import { type AgentId, type FolderId, type InboxId, type LabelId, parseId, type TeamId } from '../lib/ids.ts';
import { storable } from '../lib/text.ts';
import { type ListFilters, SORTS, type Sort } from './types.ts';

/** The lists an agent chooses from; `all` has no entry of its own and shows any status, `team` has one for whoever is in a team. */
export const FOLDERS = ['open', 'unanswered', 'mine', 'team', 'unassigned', 'snoozed', 'closed', 'spam', 'failed', 'trash', 'all'] as const;
export type Folder = (typeof FOLDERS)[number];

/** Which list is shown: everything that stands in its address. */
export interface ListAddress {
  readonly folder: Folder;
  readonly inboxId: InboxId | null;
  /** Of this folder only (*katalog*); null = of all. */
  readonly folderId: FolderId | null;
  readonly labelId: LabelId | null;
  /** Given to this team, whoever of it has it. */
  readonly teamId: TeamId | null;
  /** Words searched for; empty = no search. */
  readonly q: string;
  readonly sort: Sort;
}

/** Reads the address of a list. What is unknown or malformed counts as absent: an old link still opens a list. */
export function readAddress(query: Readonly<Record<string, unknown>>): ListAddress {
  const q = typeof query['q'] === 'string' ? storable(query['q']).trim().slice(0, 200) : '';
  const labelId = parseId<'labels'>(query['label']);
  return {
    folder: FOLDERS.find((folder) => folder === query['folder']) ?? usualFolder({ q, labelId }),
    inboxId: parseId<'inboxes'>(query['inbox']),
    folderId: parseId<'folders'>(query['in']),
    labelId,
    teamId: parseId<'teams'>(query['team']),
    q,
    sort: SORTS.find((sort) => sort === query['sort']) ?? 'newest',
  };
}

/** Who looks for words or a label looks everywhere. */
const usualFolder = ({ q, labelId }: Pick<ListAddress, 'q' | 'labelId'>): Folder => (q === '' && labelId === null ? 'open' : 'all');

/** The address below `path` that shows this list again; `extra` are further parameters, null ones left out. */
export function hrefOf(path: string, address: ListAddress, extra: Readonly<Record<string, string | number | null>> = {}): string {
  const values = {
    folder: address.folder === usualFolder(address) ? null : address.folder,
    inbox: address.inboxId,
    in: address.folderId,
    label: address.labelId,
    team: address.teamId,
    q: address.q || null,
    sort: address.sort === 'newest' ? null : address.sort,
    ...extra,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== null) query.set(name, String(value));
  return query.size > 0 ? `${path}?${query}` : path;
}

/** The list of everything with a label. */
export const labelHref = (labelId: LabelId): string =>
  hrefOf('/conversations', { folder: 'all', inboxId: null, folderId: null, labelId, teamId: null, q: '', sort: 'newest' });

const isStatus = (folder: Folder): folder is 'snoozed' | 'closed' | 'spam' | 'trash' =>
  folder === 'snoozed' || folder === 'closed' || folder === 'spam' || folder === 'trash';

/** What the list verb has to be asked for. */
export function filtersOf(address: ListAddress, viewer: AgentId): ListFilters {
  const { folder } = address;
  return {
    status: folder === 'all' || folder === 'failed' ? undefined : isStatus(folder) ? folder : 'open',
    assigneeId: folder === 'mine' ? viewer : folder === 'unassigned' ? 'unassigned' : undefined,
    teamId: address.teamId ?? (folder === 'team' ? 'mine' : undefined),
    inboxId: address.inboxId ?? undefined,
    folderId: address.folderId ?? undefined,
    labelId: address.labelId ?? undefined,
    failed: folder === 'failed',
    unanswered: folder === 'unanswered',
    q: address.q || undefined,
    sort: folder === 'unanswered' ? 'waiting' : address.sort,
  };
}
