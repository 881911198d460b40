import { setTimeout as wait } from 'node:timers/promises';
import type { Blobs } from '../blobs/blobs.ts';
import { referredTo } from '../blobs/references.ts';
import { type CounterChanges, conversationDifference, deliveryDifference } from '../conversations/counters.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { forgetLabelsOf } from '../labels/follow.ts';
import { appendToLedger } from '../ledger/append.ts';
import type { ConversationId, RawInboundId } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import { type Deleted, deleteConversations, purgeKept, withMerged } from './delete-store.ts';
import { discardedSince, markDiscarded, unmarkDiscarded } from './files-store.ts';
import { addToEntry, beginEntry, listEntries } from './log-store.ts';
import type { Doomed, PurgeEntry, PurgeKind } from './types.ts';

const BATCH = 25;
/** Between batches the database belongs to those who work. */
const PAUSE_MS = 50;
const DAY_MS = 86_400_000;

export interface PurgeDeps {
  readonly blobs: Pick<Blobs, 'discard' | 'restore' | 'sweep'>;
  readonly log: Log;
}

export interface Purging {
  readonly kind: PurgeKind;
  /** The rule: for so many days it was kept; 0 = somebody asked. */
  readonly days: number;
  /** The next to go, those whose time was over first. */
  readonly next: (limit: number) => Promise<readonly Doomed[]>;
  /** Called in the transaction that deletes them, before it does. */
  readonly remember?: (tx: WriteScope, ids: readonly ConversationId[]) => Promise<void>;
  /** Nor does what was kept name any more who wrote it and to whom; absent = it does. */
  readonly isBlanked?: boolean;
  /** At most so many at once; absent = all. */
  readonly most?: number;
  /** The entry of the log that a run before this one began. */
  readonly entry?: number | null;
}

export interface Purged {
  readonly deleted: number;
  readonly isOver: boolean;
  readonly entry: number | null;
}

/** Deletes conversations for good in small steps: messages, attachments, words, and files that nothing else refers to. What was kept stays as a row, so that the ledger balances. */
export async function runPurge(scope: Scope, deps: PurgeDeps, what: Purging, signal: AbortSignal): Promise<Purged> {
  let entry = what.entry ?? null;
  let deleted = 0;
  let isOver = false;
  while (!isOver && !signal.aborted && deleted < (what.most ?? Number.POSITIVE_INFINITY)) {
    const batch = await what.next(BATCH);
    isOver = batch.length === 0;
    if (isOver) break;
    const done = await purgeBatch(scope, batch, what, entry);
    entry = done.entry;
    for (const { sha256 } of done.files) await deps.blobs.discard(sha256);
    deleted += batch.length;
    await wait(PAUSE_MS, undefined, { signal }).catch(() => {});
  }
  if (deleted > 0) deps.log.info(`${what.kind}_purged`, { conversations: deleted, days: what.days });
  return { deleted, isOver, entry };
}

/** The newest runs of a kind that deleted something. */
export const purgeLog = (scope: Scope, kind: PurgeKind): Promise<readonly PurgeEntry[]> => listEntries(scope, kind, 30);

async function purgeBatch(
  scope: Scope,
  batch: readonly Doomed[],
  { kind, days, remember, isBlanked = false }: Purging,
  entry: number | null,
) {
  return transact(scope, async (tx) => {
    const ids = await withMerged(
      tx,
      batch.map(({ id }) => id),
    );
    await forgetLabelsOf(tx, ids);
    await remember?.(tx, ids);
    const gone = await deleteConversations(tx, ids, isBlanked);
    await appendToLedger(tx, gone.facts);
    const files = await markDiscarded(tx, gone.files);
    tx.count(countedOut(batch, kind, gone));
    const times = batch.map(({ countedFrom }) => countedFrom.getTime());
    const part = {
      conversations: batch.length,
      messages: gone.messages,
      files: files.length,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      oldest: new Date(Math.min(...times)),
      newest: new Date(Math.max(...times)),
    };
    if (entry !== null) await addToEntry(tx, entry, part);
    const id = entry ?? (await beginEntry(tx, kind, actorName(scope), days, part));
    for (const { id: conversationId } of batch) tx.emit({ type: `${kind}.purged`, data: { conversationId } });
    return { entry: id, files };
  });
}

function countedOut(batch: readonly Doomed[], kind: PurgeKind, { deliveries }: Deleted): CounterChanges {
  const counters: CounterChanges = new Map();
  const place = { spam: kind === 'spam', trashedAt: kind === 'trash' };
  for (const { inboxId, folderId } of batch)
    conversationDifference(
      { status: 'closed', inboxId, assigneeId: null, teamId: null, folderId, failedDeliveries: 0, waitingSince: null, ...place },
      null,
      counters,
    );
  for (const { status, count } of deliveries) for (let n = 0; n < count; n += 1) deliveryDifference(status, null, counters);
  return counters;
}

/** Purges what was kept but became nothing that is shown, such as what came again after it was deleted for good. */
export async function purgeCopies(scope: Scope, { blobs }: PurgeDeps, ids: readonly RawInboundId[]): Promise<void> {
  const files = await transact(scope, async (tx) => {
    const facts = await purgeKept(tx, ids);
    await appendToLedger(tx, facts);
    return markDiscarded(tx, [...new Set(facts.map(({ sha256 }) => sha256))]);
  });
  for (const { sha256 } of files) await blobs.discard(sha256);
}

const actorName = ({ actor }: Scope): string => (actor.kind === 'system' ? actor.task : actor.kind);

/** Throws away for good what has lain among the discarded files for a day; what somebody refers to again by then comes back. */
export async function sweepFiles(scope: Scope, { blobs }: PurgeDeps, signal: AbortSignal): Promise<void> {
  const used = async (file: string): Promise<boolean> => (await referredTo(scope, [file])).has(file);
  // A crash between deleting rows and moving files left these where they were.
  for (const file of await discardedSince(scope, new Date(scope.now().getTime() - 3 * DAY_MS))) {
    if (signal.aborted) return;
    if (!(await used(file))) await blobs.discard(file);
  }
  await blobs.sweep(DAY_MS, async (file) => {
    if (!(await used(file))) return true;
    await blobs.restore(file);
    await transact(scope, (tx) => unmarkDiscarded(tx, file));
    return false;
  });
}
