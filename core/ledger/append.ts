import type { WriteScope } from '../db/scope.ts';
import { link } from './chain.ts';
import { insertEntries, lockHead } from './store.ts';
import type { LedgerFact } from './types.ts';

/** Writes facts down for ever, in the caller's transaction: they are chained to everything before them. */
export async function appendToLedger(tx: WriteScope, facts: readonly LedgerFact[]): Promise<void> {
  if (facts.length === 0) return;
  await insertEntries(tx, link(await lockHead(tx), facts));
}
