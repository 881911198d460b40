import type { ConversationId } from '../lib/ids.ts';
import { machineIcon } from '../lib/machine-icon.ts';
import { snippet } from '../lib/text.ts';
import { markedIn } from '../search/terms.ts';
import { type Folder, hrefOf, type ListAddress } from './address.ts';
import type { ConversationPage } from './list.ts';
import type { ConversationRow } from './types.ts';
import { waitOf } from './wait.ts';

/** What the list pane needs to be drawn. */
export interface ListParts {
  readonly address: ListAddress;
  readonly page: ConversationPage;
  /** Locale key of what the search does not understand; null = it was read. */
  readonly problem: string | null;
  /** Rows above this page that are on the screen already. */
  readonly before: number;
  readonly drafts: ReadonlySet<ConversationId>;
  readonly openId: ConversationId | null;
  readonly now: Date;
  readonly iconOf: (channel: string) => string;
  /** Names of those who answer in it, but the viewer's. */
  readonly answering: (id: ConversationId) => readonly string[];
}

const CHIPS: readonly Folder[] = ['open', 'closed', 'all'];

/** Name, subject and beginning have one line each; at the greatest width of the list (620 px) 81 characters fit into it. */
const CHARS_OF_LINE = 90;

/** More labels than this a row counts. */
const LABELS_OF_ROW = 3;

/** Read newest first and in no other order. */
const UNSORTED: ReadonlySet<Folder> = new Set(['unanswered', 'snoozed', 'closed', 'spam', 'failed', 'trash', 'all']);

/** The list pane: title, sorting, status chips, rows, and where the next rows and the same rows are fetched. */
export function listView(parts: ListParts) {
  const { address, page, before } = parts;
  const shown = before + page.items.length;
  const canSort = !UNSORTED.has(address.folder) && address.q === '' && address.labelId === null;
  const other = address.sort === 'newest' ? 'waiting' : 'newest';
  return {
    q: address.q,
    folder: address.folder,
    inboxId: address.inboxId,
    isSearch: address.q !== '',
    found: markedIn(address.q),
    sort: canSort ? { name: address.sort, href: hrefOf('/conversations', { ...address, sort: other }) } : null,
    chips:
      address.q === '' && [address.inboxId, address.folderId, address.labelId, address.teamId].every((one) => one === null)
        ? []
        : CHIPS.map((folder) => chip(address, folder)),
    empty: emptyOf(address),
    problem: parts.problem,
    isCut: page.isCut ?? false,
    query: hrefOf('', address).slice(1),
    canSave:
      address.q !== '' ||
      [address.labelId, address.folderId, address.inboxId, address.teamId].some((one) => one !== null) ||
      address.sort !== 'newest',
    refreshHref: hrefOf('/conversations/rows', address, { open: parts.openId }),
    moreHref: page.next === null ? null : hrefOf('/conversations/rows', address, { cursor: page.next, before: shown }),
    morePageHref: page.next === null ? null : hrefOf('/conversations', address, { cursor: page.next }),
    shown,
    rows: page.items.map((row) => ({ ...rowView(row, parts), file: page.files?.get(row.id) ?? null })),
  };
}
export type ListView = ReturnType<typeof listView>;

function emptyOf({ q, labelId, folderId, teamId, folder }: ListAddress): string {
  if (q !== '') return 'search';
  if (teamId !== null && folder === 'open') return 'of_team';
  if (folderId !== null && folder === 'open') return 'place';
  if (labelId !== null) return 'label';
  return folder === 'all' ? 'closed' : folder;
}

const chip = (address: ListAddress, folder: Folder) => ({
  folder,
  current: address.folder === folder,
  href: hrefOf('/conversations', { ...address, folder, sort: 'newest' }),
});

function rowView(row: ConversationRow, { address, drafts, openId, now, iconOf, answering }: ListParts) {
  const wait = row.status === 'open' && row.waitingSince ? waitOf(row.waitingSince, now) : null;
  return {
    id: row.id,
    href: hrefOf(`/conversations/${row.id}`, address),
    last: row.lastMessageId ?? 0,
    current: row.id === openId,
    unread: row.unread,
    name: snippet(row.contact.name || row.contact.address, CHARS_OF_LINE),
    avatarOf: row.contact.address,
    at: (wait && row.waitingSince ? row.waitingSince : row.lastMessageAt).toISOString(),
    wait,
    subject: snippet(row.subject, CHARS_OF_LINE),
    snippet: snippet(row.snippet, CHARS_OF_LINE),
    snoozed: row.status === 'snoozed' ? { until: row.snoozedUntil } : null,
    icon: iconOf(row.inbox.channel),
    inbox: row.inbox.name,
    attachments: row.hasAttachments,
    closed: row.status === 'closed' && !row.spam && !row.trashedAt && address.folder !== 'closed',
    trashedAt: row.trashedAt,
    ignored: row.ignored !== null,
    draft: drafts.has(row.id),
    answering: answering(row.id),
    pretends: row.pretends,
    failed: row.failedDeliveries > 0,
    machine: row.lastMachine && { text: row.lastMachine, icon: machineIcon(row.lastMachine) },
    spam: row.spam && { reason: row.spam.reason, score: row.spam.score === null ? null : Math.round(row.spam.score * 10) / 10 },
    labels: row.labels.slice(0, LABELS_OF_ROW),
    moreLabels: row.labels.slice(LABELS_OF_ROW).map(({ name }) => name),
    assigneeId: row.assignee?.id ?? 0,
    assignee: row.assignee ? `${row.assignee.firstName} ${row.assignee.lastName}`.trim() : '',
    team: row.teamName ?? '',
  };
}
