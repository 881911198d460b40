import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { isTransient } from '../db/transient.ts';
import { holdMs, isWaitedFor, letOthersAsk, patiently } from '../db/waited-for.ts';
import type { InboxId } from '../lib/ids.ts';
import { errorFacts } from '../lib/log.ts';
import { watchBurst } from './burst.ts';
import { failure } from './failure.ts';
import { InterpretError, type Interpreter } from './interpreter.ts';
import { type Judge, judge, type Subject } from './judge.ts';
import { type RegisterDeps, registerSpooled } from './register.ts';
import { settleFailed, waitingAfter } from './store.ts';
import { watchReading } from './suspicion.ts';
import type { Interpreted, RawInboundRecord, RawStatus } from './types.ts';
import type { Verdict } from './verdict.ts';

/** Turns what was read into conversations and settles the row, in a transaction of its own or the caller's. */
export type ReceiveInbound = (
  scope: Scope,
  record: RawInboundRecord,
  items: readonly Interpreted[],
  verdict: Verdict,
) => Promise<RawStatus>;

export interface PumpDeps extends RegisterDeps {
  readonly interpreter: Interpreter;
  /** The inbox and the interpreter module of its channel; null when the plugin is not installed. */
  readonly inboxOf: (id: InboxId) => Promise<{ readonly address: string; readonly name: string; readonly interpreter: URL } | null>;
  readonly receive: ReceiveInbound;
  /** Told, before they are received, what a transaction is about to receive next. */
  readonly ahead?: (tx: WriteScope, coming: readonly Subject[]) => Promise<void>;
  /** Whether this is the one of several processes that makes conversations; the others only let in what they kept. Absent: it is. */
  readonly mayReceive?: () => boolean;
  /** Asked in this order between reading and receiving; none cost nothing. */
  readonly judges?: readonly Judge[];
}

/** Carries kept things on: spool → `raw_inbound` → interpretation → conversation. One at work in a process. */
export interface Pump {
  /** There is something to do: a mail was kept, or a parked one is to be tried again. */
  wake(): void;
  /** When nothing waits any more. */
  idle(): Promise<void>;
  /** Lets the running batch end. */
  stop(): Promise<void>;
}

const REGISTER_BATCH = 50;
const RECEIVE_BATCH = 100;
/** Others may want the database before all of a batch is received, so not all of it is asked ahead. */
const AHEAD = 25;
/** What is read ahead of being received is in memory: so much of it, or one thing. */
const RECEIVE_BYTES = 4 * 1024 * 1024;
/** Receiving has the event loop for so long at a time, or for one mail: each turn costs as much as a statement. */
const TURN_MS = 4;
const MAX_ATTEMPTS = 3;
const RETRY_MS = [500, 1000, 2000, 5000, 10_000, 30_000];

/** Starts with whatever an earlier process left unfinished. */
export function startPump(deps: PumpDeps): Pump {
  const { scope, spool, log } = deps;
  const burst = watchBurst({ keeping: spool.busy });
  const stopping = new AbortController();
  let failures = 0;
  let isWanted = true;
  let running: Promise<void> | null = null;

  const work = async (): Promise<void> => {
    while (isWanted && !stopping.signal.aborted) {
      isWanted = false;
      try {
        await drain();
        failures = 0;
      } catch (error) {
        // The database or the disk, not a message: those are parked one by one. Nothing is lost by waiting.
        const delay = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 30_000;
        failures += 1;
        isWanted = true;
        log.error('pump_failed', { ...errorFacts(error), retryInMs: delay });
        await pause(delay);
      }
    }
    running = null;
  };

  const drain = async (): Promise<void> => {
    // While one batch is received the next is read and judged and the one after it enters, each waiting for a thread, network or disk of its own; the
    // reader goes on with what has entered without a pause.
    let receiving: Promise<void> = Promise.resolve();
    let received: readonly RawInboundRecord[] = [];
    let reading: Promise<readonly Ready[]> = Promise.resolve([]);
    let batch: readonly RawInboundRecord[] = [];
    try {
      while (!stopping.signal.aborted) {
        await burst.passed(stopping.signal);
        const moved = await registerSpooled(deps, REGISTER_BATCH);
        const next = await waiting((batch.at(-1) ?? received.at(-1))?.id ?? 0);
        const coming = readBatch(deps, next, stopping.signal);
        coming.catch(() => {});
        const before = reading;
        [reading, received] = [coming, batch];
        const ready = await before;
        await receiving;
        if (moved + batch.length + next.length === 0) return burst.settled();
        receiving = receiveBatch(deps, ready);
        receiving.catch(() => {});
        batch = next;
      }
    } finally {
      await Promise.allSettled([reading, receiving]);
    }
    await receiving;
  };

  /** Asked while something else is being received: nobody looks at it, so that need not make room. */
  const waiting = async (after: number): Promise<readonly RawInboundRecord[]> =>
    (deps.mayReceive?.() ?? true) ? atOnce(await patiently(scope, () => waitingAfter(scope, after, RECEIVE_BATCH))) : [];

  const pause = (ms: number): Promise<void> => wait(ms, undefined, { signal: stopping.signal }).catch(() => {});

  const wake = (): void => {
    isWanted = true;
    if (!stopping.signal.aborted) running ??= work();
  };

  spool.onKept(() => {
    if (spool.busy() > 0) burst.arrived();
    wake();
  });
  wake();
  return {
    wake,
    idle: async () => {
      while (running) await running;
    },
    stop: async () => {
      stopping.abort();
      // What is not read yet waits for the next start.
      await Promise.all([running, deps.interpreter.stop()]);
    },
  };
}

type Read = Subject | { readonly record: RawInboundRecord; readonly failure: string };
type Judged = Subject & { readonly verdict: Verdict };
type Ready = Judged | { readonly record: RawInboundRecord; readonly failure: string };

/**
 * Reads and judges all of them side by side: the reader takes one at a time, in their order, and each is judged while the next are read.
 * Once stopping, what nobody has judged yet is left for the next start.
 */
async function readBatch(deps: PumpDeps, batch: readonly RawInboundRecord[], signal: AbortSignal): Promise<readonly Ready[]> {
  const all = batch.map(async (record) => {
    const read = signal.aborted ? null : await readOne(deps, record);
    return read && judged(deps, read);
  });
  await Promise.allSettled(all);
  const ready = await Promise.all(all);
  return signal.aborted && deps.judges?.length ? [] : ready.filter((one) => one !== null);
}

async function judged({ judges = [], log }: PumpDeps, read: Read): Promise<Ready> {
  return 'failure' in read ? read : { ...read, verdict: await judge(judges, read, log) };
}

function atOnce(records: readonly RawInboundRecord[]): readonly RawInboundRecord[] {
  let bytes = 0;
  const end = records.findIndex((one, at) => {
    bytes += one.bytes;
    return at > 0 && bytes > RECEIVE_BYTES;
  });
  return end === -1 ? records : records.slice(0, end);
}

async function receiveBatch(deps: PumpDeps, ready: readonly Ready[]): Promise<void> {
  let good = ready.filter((one) => 'verdict' in one);
  for (const one of ready) if ('failure' in one) await park(deps, one.record, one.failure);
  while (good.length > 0) {
    good = await receiveSome(deps, good);
    if (good.length > 0) await letOthersAsk(deps.scope);
  }
}

/**
 * Receives as many in one transaction as others let it and answers the rest; if that fails, these one by one, so that only the culprit is
 * parked. Raises when the database itself is in trouble: the rows stay waiting and the pump tries again later.
 */
async function receiveSome(deps: PumpDeps, good: readonly Judged[]): Promise<Judged[]> {
  let tried = 0;
  try {
    await transact(deps.scope, async (tx) => {
      tried = 0;
      const began = performance.now();
      let lastTurn = began;
      for (const one of good) {
        if (tried % AHEAD === 0) await deps.ahead?.(tx, good.slice(tried, tried + AHEAD));
        tried += 1;
        await receiveOne(deps, tx, one);
        if (performance.now() - lastTurn < TURN_MS) continue;
        // Queries of SQLite end at once, so without this nobody else would have a turn until all are received: no session, no page, no reader.
        await turn();
        lastTurn = performance.now();
        if (performance.now() - began > holdMs(deps.scope) && isWaitedFor(deps.scope)) return;
      }
    });
  } catch (error) {
    if (isTransient(error)) throw error;
    deps.log.warn('receive_batch_failed', { ...errorFacts(error), size: tried });
    // Where already looking ahead failed, those that it was for.
    tried ||= AHEAD;
    for (const one of good.slice(0, tried)) await receiveAlone(deps, one);
  }
  return good.slice(tried);
}

async function readOne(deps: PumpDeps, record: RawInboundRecord): Promise<Read | null> {
  if (record.attempts >= MAX_ATTEMPTS) return { record, failure: failure('crashed', `${record.attempts} attempts`) };
  const inbox = await deps.inboxOf(record.inboxId);
  if (!inbox) return { record, failure: failure('no_plugin', '') };
  const suspicion = watchReading(deps, record.id);
  try {
    const { contentType, envelope, bytes, blobSha256: sha256 } = record;
    const job = {
      interpreter: inbox.interpreter.href,
      inbox: { address: inbox.address, name: inbox.name },
      contentType,
      envelope,
      bytes,
      sha256,
    };
    const read = () => deps.interpreter.interpret({ ...job, receivedAt: record.receivedAt.toISOString() }, suspicion.begins);
    // Asking for the file first would cost every mail a wait: only one that is not there may have been put aside.
    const items = await read().catch(async (error: unknown) => {
      const isBack = error instanceof InterpretError && error.code === 'bytes_missing' && (await deps.blobs.has(sha256));
      if (isBack) return read();
      throw error;
    });
    return { record, items };
  } catch (error) {
    if (!(error instanceof InterpretError)) throw error;
    if (error.code === 'interrupted') return null;
    return { record, failure: failure(error.code, error.code === 'bytes_missing' ? `SHA-256 ${record.blobSha256}` : error.message) };
  } finally {
    await suspicion.over();
  }
}

async function receiveOne(deps: PumpDeps, scope: Scope, { record, items, verdict }: Judged): Promise<void> {
  await transact(scope, (tx) => deps.receive(tx, record, items, verdict));
}

async function receiveAlone(deps: PumpDeps, one: Judged): Promise<void> {
  try {
    await receiveOne(deps, deps.scope, one);
  } catch (error) {
    if (isTransient(error)) throw error;
    deps.log.error('receive_failed', { rawInboundId: one.record.id, ...errorFacts(error) });
    await park(deps, one.record, failure('not_stored', errorFacts(error).error));
  }
}

async function park(deps: PumpDeps, record: RawInboundRecord, reason: string): Promise<void> {
  await transact(deps.scope, async (tx) => {
    if (await settleFailed(tx, record.id, reason)) tx.emit({ type: 'inbound.failed', data: { inboxId: record.inboxId } });
  });
  deps.log.warn('inbound_failed', { rawInboundId: record.id, reason });
}
