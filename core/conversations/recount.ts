import { lockedWhole } from '../db/dialect.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { DeliveryStatus } from '../deliveries/types.ts';
import { type CounterChanges, conversationDifference, deliveryDifference } from './counters.ts';
import { readCounterValues, replaceCounters } from './counters-store.ts';
import { countedConversations, countedDeliveries } from './store.ts';

/** What the counters should be, counted from the rows; zeros are left out. Reads everything: for repair and tests. */
export async function countAll(scope: Scope): Promise<ReadonlyMap<string, number>> {
  const counted: CounterChanges = new Map();
  for (const { count, ...state } of await countedConversations(scope)) addTimes(counted, conversationDifference(null, state), count);
  for (const { count, status } of await countedDeliveries(scope))
    addTimes(counted, deliveryDifference(null, status as DeliveryStatus), count);
  return counted;
}

/** Repairs the counters; answers the names of those that were wrong. */
export async function recountCounters(scope: Scope | WriteScope): Promise<readonly string[]> {
  return transact(scope, async (tx) => {
    await lockedWhole(tx.db, 'counters');
    const right = await countAll(tx);
    const kept = await readCounterValues(tx);
    const names = new Set([...right.keys(), ...kept.keys()]);
    const wrong = [...names].filter((name) => (right.get(name) ?? 0) !== (kept.get(name) ?? 0)).sort();
    if (wrong.length > 0) await replaceCounters(tx, right);
    return wrong;
  });
}

function addTimes(into: CounterChanges, changes: CounterChanges, times: number): void {
  for (const [name, by] of changes) into.set(name, (into.get(name) ?? 0) + by * times);
}
