import { parseFailure } from '../ingest/failure.ts';
import type { InboxId } from '../lib/ids.ts';
import type { LedgerItem } from './items.ts';
import type { LedgerDay } from './types.ts';

/** The columns of the balance, in order, and the status of the list behind each; null = the list of all. */
export const COLUMNS = [
  ['accepted', null],
  ['received', 'received'],
  ['reports', 'report'],
  ['spam', 'spam'],
  ['failed', 'failed'],
  ['duplicate', 'duplicate'],
  ['waiting', 'waiting'],
] as const;

/** The address of the list behind a number. */
export function itemsHref(day: string | null, inboxId: InboxId | null, status: string | null): string {
  const query = new URLSearchParams();
  if (day !== null) query.set('day', day);
  if (inboxId !== null) query.set('inbox', String(inboxId));
  if (status !== null) query.set('status', status);
  return `/ledger/items?${query}`;
}

/** A row of the balance: every number with its list, and whether it adds up. */
export function balanceRow(day: Omit<LedgerDay, 'day'> & { day: string | null }, inboxId: InboxId | null) {
  return {
    day: day.day,
    difference: day.difference,
    cells: COLUMNS.map(([name, status]) => ({ name, n: day[name], href: day[name] === 0 ? null : itemsHref(day.day, inboxId, status) })),
  };
}

/** A kept thing in the list; of what came to the personal mailbox of somebody else only that it came. `reason` is the key of a sentence, `detail` what a technician wants to know. */
export function itemRow(item: LedgerItem, inboxName: string | null, isOpen: boolean) {
  const failure = item.status === 'failed' ? parseFailure(item.reason) : null;
  return {
    id: item.id,
    inbox: inboxName ?? `#${item.inboxId}`,
    sender: isOpen ? item.sender : '',
    isOpen,
    bytes: item.bytes,
    receivedAt: item.receivedAt,
    status: item.status,
    reason: failure?.reason ?? null,
    detail: isOpen ? (failure ? failure.detail : (item.reason ?? '')) : '',
    conversation: item.conversationId === null || !isOpen ? null : `/conversations/${item.conversationId}`,
    purgedAt: item.purgedAt,
    virus: isOpen ? item.virus : null,
    hasOriginal: isOpen && item.purgedAt === null && item.virus === null,
    canRetry: item.status === 'failed',
  };
}
