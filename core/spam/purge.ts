import { setTimeout as wait } from 'node:timers/promises';
import type { Blobs } from '../blobs/blobs.ts';
import { referredTo } from '../blobs/references.ts';
import { conversationDifference, moveCounters } from '../conversations/counters.ts';
import { type Scope, transact } from '../db/scope.ts';
import { forgetLabelsOf } from '../labels/follow.ts';
import { appendToLedger } from '../ledger/append.ts';
import type { Log } from '../lib/log.ts';
import { discardedSince, markDiscarded, unmarkDiscarded } from './files-store.ts';
import { addToEntry, beginEntry, listEntries, type PurgeEntry } from './purge-log-store.ts';
import { type Doomed, deleteConversations, listDoomed } from './purge-store.ts';
import { purgeBefore, spamDays } from './retention.ts';

const BATCH = 25;
/** Between batches the database belongs to those who work. */
const PAUSE_MS = 50;
const DAY_MS = 86_400_000;

export interface PurgeDeps {
  readonly blobs: Pick<Blobs, 'discard' | 'restore' | 'sweep'>;
  readonly log: Log;
}

/**
 * Deletes spam whose newest message was received longer ago than the setting says and that nobody ever answered: messages,
 * attachments, words, and files that nothing else refers to. What was kept stays as a row, so that the ledger balances. Answers how many conversations.
 */
export async function purgeSpam(scope: Scope, deps: PurgeDeps, signal: AbortSignal): Promise<number> {
  const days = await spamDays(scope);
  const before = purgeBefore(scope.now(), days);
  let entry: number | null = null;
  let deleted = 0;
  while (before && !signal.aborted) {
    const batch = await listDoomed(scope, before, BATCH);
    if (batch.length === 0) break;
    const done = await purgeBatch(scope, batch, days, entry);
    entry = done.entry;
    for (const { sha256 } of done.files) await deps.blobs.discard(sha256);
    deleted += batch.length;
    await wait(PAUSE_MS, undefined, { signal }).catch(() => {});
  }
  await sweepFiles(scope, deps, signal);
  if (deleted > 0) deps.log.info('spam_purged', { conversations: deleted, days });
  return deleted;
}

/** The newest runs that deleted something. */
export const purgeLog = (scope: Scope): Promise<readonly PurgeEntry[]> => listEntries(scope, 30);

async function purgeBatch(scope: Scope, batch: readonly Doomed[], days: number, entry: number | null) {
  return transact(scope, async (tx) => {
    const ids = batch.map(({ id }) => id);
    await forgetLabelsOf(tx, ids);
    const gone = await deleteConversations(tx, ids);
    await appendToLedger(tx, gone.facts);
    const files = await markDiscarded(tx, gone.files);
    const counters = new Map<string, number>();
    for (const { inboxId, folderId } of batch)
      conversationDifference(
        { status: 'closed', inboxId, assigneeId: null, teamId: null, folderId, failedDeliveries: 0, waitingSince: null, spam: true },
        null,
        counters,
      );
    await moveCounters(tx, counters);
    const times = batch.map(({ receivedAt }) => receivedAt.getTime());
    const part = {
      conversations: batch.length,
      messages: gone.messages,
      files: files.length,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      oldest: new Date(Math.min(...times)),
      newest: new Date(Math.max(...times)),
    };
    if (entry !== null) await addToEntry(tx, entry, part);
    const id = entry ?? (await beginEntry(tx, actorName(scope), days, part));
    for (const { id: conversationId } of batch) tx.emit({ type: 'spam.purged', data: { conversationId } });
    return { entry: id, files };
  });
}

const actorName = ({ actor }: Scope): string => (actor.kind === 'system' ? actor.task : actor.kind);

/** Throws away for good what has lain in the trash for a day; what somebody refers to again by then comes back. */
async function sweepFiles(scope: Scope, { blobs }: PurgeDeps, signal: AbortSignal): Promise<void> {
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
