import type { Scope } from '../db/scope.ts';
import type { Spool } from '../spool/types.ts';
import { statusSums } from './day-store.ts';
import type { LedgerDay } from './types.ts';

/** How many raw inbound things were kept and what became of them; the others always add up to `kept`. */
export type Ledger = { readonly kept: number } & Omit<LedgerDay, 'day' | 'accepted' | 'difference'>;

/** A thing for two inboxes counts twice once it left the spool, as each inbox settles its own. */
export async function readLedger(scope: Scope, spool: Pick<Spool, 'count'>): Promise<Ledger> {
  // The spool first: what moves on in between is counted once too often for a moment, never lost from sight.
  const spooled = await spool.count();
  const counts = await statusSums(scope, null);
  const of = (status: string): number => counts.get(status) ?? 0;
  const settled = { received: of('received'), reports: of('report'), spam: of('spam'), failed: of('failed'), duplicate: of('duplicate') };
  const waiting = of('waiting') + spooled;
  const kept = Object.values(settled).reduce((sum, n) => sum + n, waiting);
  return { kept, ...settled, waiting };
}
