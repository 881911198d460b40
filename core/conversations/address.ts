import { type AgentId, type InboxId, parseId } from '../lib/ids.ts';
import { storable } from '../lib/text.ts';
import { type ListFilters, SORTS, type Sort } from './types.ts';

/** The lists an agent chooses from; `all` has no entry of its own and shows any status. */
export const FOLDERS = ['open', 'mine', 'unassigned', 'closed', 'spam', 'failed', 'all'] as const;
export type Folder = (typeof FOLDERS)[number];

/** Which list is shown: everything that stands in its address. */
export interface ListAddress {
  readonly folder: Folder;
  readonly inboxId: InboxId | null;
  /** Words searched for; empty = no search. */
  readonly q: string;
  readonly sort: Sort;
}

/** Reads the address of a list. What is unknown or malformed counts as absent: an old link still opens a list. */
export function readAddress(query: Readonly<Record<string, unknown>>): ListAddress {
  const q = typeof query['q'] === 'string' ? storable(query['q']).trim().slice(0, 200) : '';
  return {
    folder: FOLDERS.find((folder) => folder === query['folder']) ?? (q === '' ? 'open' : 'all'),
    inboxId: parseId<'inboxes'>(query['inbox']),
    q,
    sort: SORTS.find((sort) => sort === query['sort']) ?? 'newest',
  };
}

/** The address below `path` that shows this list again; `extra` are further parameters, null ones left out. */
export function hrefOf(path: string, address: ListAddress, extra: Readonly<Record<string, string | number | null>> = {}): string {
  const values = {
    folder: address.folder === (address.q === '' ? 'open' : 'all') ? null : address.folder,
    inbox: address.inboxId,
    q: address.q || null,
    sort: address.sort === 'newest' ? null : address.sort,
    ...extra,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== null) query.set(name, String(value));
  return query.size > 0 ? `${path}?${query}` : path;
}

/** What the list verb has to be asked for. */
export function filtersOf(address: ListAddress, viewer: AgentId): ListFilters {
  const { folder } = address;
  return {
    status: folder === 'all' || folder === 'failed' ? undefined : folder === 'closed' || folder === 'spam' ? folder : 'open',
    assigneeId: folder === 'mine' ? viewer : folder === 'unassigned' ? 'unassigned' : undefined,
    inboxId: address.inboxId ?? undefined,
    failed: folder === 'failed',
    q: address.q || undefined,
    sort: address.sort,
  };
}
