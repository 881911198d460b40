import { setTimeout as wait } from 'node:timers/promises';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { patiently } from '../db/waited-for.ts';
import { enqueue, type NewJob } from '../jobs/store.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import type { DomainEvent } from './catalogue.ts';
import { markDispatched, type StoredEvent, stillUndispatched, undispatchedEvents } from './store.ts';

const BATCH = 200;
const SAFETY_NET_MS = 5_000;
/** What happens while one look is on its way is seen by one look later, not by one for each commit: each is a commit of its own. */
const PACE_MS = 100;

/** What should be done when a thing has happened: jobs, written in the transaction that marks the event as handled. */
export type Subscriber = (event: DomainEvent) => readonly NewJob[];

export interface Dispatcher {
  /** Looks at the outbox soon. Cheap; call it after every commit that wrote events. */
  wake(): void;
  stop(): Promise<void>;
}

export interface DispatcherOptions {
  readonly scope: Scope;
  readonly subscribers: readonly Subscriber[];
  /** What else is written in the transaction that marks the events as handled, so that none is missed or counted twice. Short. */
  readonly follow?: (tx: WriteScope, events: readonly StoredEvent[]) => Promise<void>;
  /** Called after commit with each event, in order; for live updates and in-process wake-ups. Not durable. */
  readonly announce: (events: readonly DomainEvent[]) => void;
  /** Lets other processes announce them as well, once the transaction is committed. */
  readonly tellOthers?: (tx: WriteScope, ids: readonly number[]) => Promise<void>;
  readonly log: Log;
}

/** Turns each committed event into jobs exactly once, then announces it. Picks up what a crash left behind. */
export function startDispatcher({ scope, subscribers, follow, announce, tellOthers, log }: DispatcherOptions): Dispatcher {
  let stopped = false;
  let again = false;
  let running: Promise<void> | null = null;

  const handle = async (tx: WriteScope, seen: readonly StoredEvent[]): Promise<readonly StoredEvent[]> => {
    const batch = await stillUndispatched(tx, seen);
    if (batch.length === 0) return [];
    const jobs = batch.flatMap(({ event }) => subscribers.flatMap((subscriber) => subscriber(event)));
    if (jobs.length > 0) await enqueue(tx, jobs);
    await follow?.(tx, batch);
    const ids = batch.map(({ id }) => id);
    await markDispatched(tx, ids);
    await tellOthers?.(tx, ids);
    return batch;
  };

  const drain = async (): Promise<void> => {
    do {
      again = false;
      const batch = await patiently(scope, () => undispatchedEvents(scope, BATCH));
      if (batch.length === 0) continue;
      const handled = await patiently(scope, () => transact(scope, (tx) => handle(tx, batch)));
      announce(handled.map((stored) => stored.event));
      if (batch.length === BATCH) again = true;
      else if (again) await wait(PACE_MS);
    } while (again && !stopped);
  };

  const wake = (): void => {
    again = true;
    if (stopped || running) return;
    running = drain()
      .catch((error: unknown) => log.error('dispatch_failed', errorFacts(error)))
      .finally(() => {
        running = null;
        if (again && !stopped) setTimeout(wake, 250).unref();
      });
  };

  const timer = setInterval(wake, SAFETY_NET_MS);
  timer.unref();
  wake();
  return {
    wake,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
