import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { InboxId } from '../lib/ids.ts';
import { makeDue } from './store.ts';

/** What is to be tried again now; absent = any. */
export interface Hastening {
  readonly inboxId?: InboxId | undefined;
  /** Of the recipients' addresses: "klient.pl". */
  readonly domain?: string | undefined;
}

/** Makes every deferred delivery of an inbox or domain due now, in one statement; attempts and expiry stay. Answers how many there were. */
export async function hastenDeliveries(scope: Scope | WriteScope, which: Hastening): Promise<number> {
  return transact(scope, async (tx) => {
    const count = await makeDue(tx, which);
    if (count > 0) tx.emit({ type: 'deliveries.hastened', data: { count } });
    return count;
  });
}
