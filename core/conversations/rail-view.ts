import type { InboxRecord } from '../inboxes/types.ts';
import type { KnownLabel } from '../labels/types.ts';
import type { AgentId, InboxId } from '../lib/ids.ts';
import { type Folder, hrefOf, type ListAddress, labelHref } from './address.ts';
import type { Counters } from './types.ts';

/** Whether mail can come and go: `off` = paused by a person, `bad` = its plugin is off or reports a problem. */
export type InboxState = 'ok' | 'bad' | 'off';

export interface RailParts {
  readonly address: ListAddress;
  readonly counters: Counters;
  readonly viewer: AgentId;
  readonly inboxes: readonly InboxRecord[];
  readonly labels: readonly KnownLabel[];
  readonly iconOf: (channel: string) => string;
  readonly stateOf: (inbox: InboxRecord) => InboxState;
}

const ICONS: readonly (readonly [Exclude<Folder, 'all'>, string])[] = [
  ['open', 'inbox'],
  ['unanswered', 'message-question'],
  ['mine', 'user-check'],
  ['unassigned', 'user-question'],
  ['snoozed', 'clock-pause'],
  ['closed', 'archive'],
  ['spam', 'mail-exclamation'],
  ['failed', 'alert-triangle'],
];

/** Beyond 99 a number is only "many". */
export const shortCount = (n: number): string => (n > 99 ? '99+' : n > 0 ? String(n) : '');

/** So many labels stand beside the list: the first in their order, and the one that is looked at. */
const SHOWN_LABELS = 12;

/** Folders and inboxes with what is open in them, and labels. */
export function railView({ address, counters, viewer, inboxes, labels, iconOf, stateOf }: RailParts) {
  const plain = address.inboxId === null && address.q === '' && address.labelId === null;
  const counts: Readonly<Record<string, number>> = {
    open: counters.open,
    unanswered: counters.unanswered,
    mine: counters.openByAssignee.get(viewer) ?? 0,
    unassigned: counters.unassigned,
    snoozed: counters.snoozed,
    closed: 0,
    failed: counters.failed,
    spam: counters.spam,
  };
  return {
    folders: ICONS.map(([name, icon]) => ({
      name,
      icon,
      count: shortCount(counts[name] ?? 0),
      alarm: name === 'failed' && counters.failed > 0,
      current: plain && address.folder === name,
      href: hrefOf('/conversations', { ...address, folder: name, inboxId: null, labelId: null, q: '' }),
    })),
    inboxes: inboxes.map((inbox) => ({
      id: inbox.id,
      name: inbox.name,
      address: inbox.address,
      icon: iconOf(inbox.channel),
      state: stateOf(inbox),
      count: shortCount(counters.openByInbox.get(inbox.id) ?? 0),
      current: address.inboxId === inbox.id,
      href: hrefOf('/conversations', { ...address, folder: 'open', inboxId: inbox.id, labelId: null, q: '' }),
    })),
    labels: labels
      .filter(({ id }, at) => at < SHOWN_LABELS || id === address.labelId)
      .map(({ id, name, colour }) => ({ id, name, colour, current: id === address.labelId, href: labelHref(id) })),
  };
}
export type RailView = ReturnType<typeof railView>;

/** The number in the list's title: what the folder or inbox holds open; 0 = not known. */
export function countOf(address: ListAddress, counters: Counters, viewer: AgentId): number {
  if (address.q !== '') return 0;
  if (address.labelId !== null) return 0;
  const byInbox = (id: InboxId): number => counters.openByInbox.get(id) ?? 0;
  if (address.inboxId !== null) return address.folder === 'open' ? byInbox(address.inboxId) : 0;
  const { folder } = address;
  if (folder === 'mine') return counters.openByAssignee.get(viewer) ?? 0;
  const counts: Partial<Record<Folder, number>> = {
    open: counters.open,
    unassigned: counters.unassigned,
    unanswered: counters.unanswered,
    snoozed: counters.snoozed,
    closed: counters.closed,
    failed: counters.failed,
    spam: counters.spam,
  };
  return counts[folder] ?? 0;
}
