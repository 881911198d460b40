import { type Scope, transact, type WriteScope } from '../../core/db/scope.ts';
import { markDispatched, type StoredEvent, undispatchedEvents } from '../../core/events/store.ts';

/** What the dispatcher does with everything that waits: follows it and marks it as handled, in one transaction. */
export async function dispatch(scope: Scope, follow: (tx: WriteScope, events: readonly StoredEvent[]) => Promise<void>): Promise<void> {
  const events = await undispatchedEvents(scope, 10_000);
  await transact(scope, async (tx) => {
    await follow(tx, events);
    await markDispatched(
      tx,
      events.map(({ id }) => id),
    );
  });
}
