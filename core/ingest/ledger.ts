import type { Scope } from '../db/scope.ts';
import type { Spool } from '../spool/types.ts';
import { countByStatus } from './store.ts';
import type { RawStatus } from './types.ts';

/** How many raw inbound things were kept and what became of them; the others always add up to `kept`. */
export type Ledger = { readonly kept: number } & { readonly [S in Exclude<RawStatus, 'report'> | 'reports']: number };

/** A thing for two inboxes counts twice once it left the spool, as each inbox settles its own. */
export async function readLedger(scope: Scope, spool: Pick<Spool, 'count'>): Promise<Ledger> {
  // The spool first: what moves on in between is counted once too often for a moment, never lost from sight.
  const spooled = await spool.count();
  const { waiting = 0, received = 0, report: reports = 0, spam = 0, failed = 0, duplicate = 0 } = await countByStatus(scope);
  const kept = spooled + waiting + received + reports + spam + failed + duplicate;
  return { kept, received, reports, spam, failed, duplicate, waiting: waiting + spooled };
}
