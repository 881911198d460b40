import { type Scope, transact } from '../db/scope.ts';
import { appendToLedger } from './append.ts';
import { moveOlder, olderFacts, readOlder } from './store.ts';

const BATCH = 500;

/**
 * Chains what a version without a chain had kept, oldest first, batch by batch: stopped anywhere, it goes on there at the next start.
 * Answers how many entries it wrote; 0 and one small query when there is nothing left to do.
 */
export async function chainOlder(scope: Scope, signal: AbortSignal): Promise<number> {
  let written = 0;
  for (let batch = BATCH; batch === BATCH && !signal.aborted; written += batch) batch = await chainBatch(scope);
  return written;
}

function chainBatch(scope: Scope): Promise<number> {
  return transact(scope, async (tx) => {
    const { done, until } = await readOlder(tx);
    if (until === null) return 0;
    const facts = await olderFacts(tx, done, until, BATCH);
    await appendToLedger(
      tx,
      facts.map(({ id: _, ...fact }) => fact),
    );
    await moveOlder(tx, facts.at(-1)?.id ?? done, facts.length < BATCH ? null : until);
    return facts.length;
  });
}
