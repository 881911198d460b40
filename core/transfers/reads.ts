import type { MessageId } from '../lib/ids.ts';
import type { Reader } from './companions-store.ts';
import type { Memory } from './types.ts';

/** What can be unread: the first and the newest of some messages, and when the newest was written. */
export interface Extract {
  readonly first: MessageId | null;
  readonly last: MessageId | null;
  readonly lastAt: Date;
}

/** How far everybody has read the target once `moved` is in it: what he had not read on either side stays unread, as far as one mark can say. */
export function readsAfter(readers: readonly Reader[], moved: Extract, there: Extract): Memory['reads'] {
  return readers.flatMap(({ agentId, since, from, to }) => {
    const limits = [
      ...(isUnread(from, moved, since) ? [from ?? before(moved.first)] : []),
      ...(isUnread(to, there, since) ? [to ?? 0] : []),
    ];
    const wanted = limits.length > 0 ? Math.min(...limits) : Math.max(moved.last ?? 0, there.last ?? 0, to ?? 0);
    return wanted === (to ?? 0) ? [] : [{ agentId, was: to, became: wanted as MessageId }];
  });
}

const before = (first: MessageId | null): number => Math.max((first ?? 1) - 1, 0);

function isUnread(read: MessageId | null, { last, lastAt }: Extract, since: string): boolean {
  if (last === null) return false;
  return read === null ? lastAt.toISOString() > since : last > read;
}
