import { setTimeout as wait } from 'node:timers/promises';
import type { Scope } from '../db/scope.ts';
import type { InboxRecord } from '../inboxes/types.ts';
import { AppError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { trashConversation } from '../trash/trash.ts';
import { readRules, wantedNow } from './rules.ts';
import { countDue, listDue, type Wanted } from './store.ts';
import type { Due, RetentionRules } from './types.ts';

const BATCH = 50;
/** Between batches the database belongs to those who work. */
const PAUSE_MS = 50;

export interface RetentionDeps {
  readonly inboxes: () => readonly InboxRecord[];
  readonly log: Log;
}

/**
 * Moves conversations whose time is over into the trash, from where they can be put back until the trash lets go of them. One that
 * something is still being sent from waits for the next night. Answers how many were moved.
 */
export async function retire(scope: Scope, { inboxes, log }: RetentionDeps, signal: AbortSignal): Promise<number> {
  const rules = await readRules(scope);
  let moved = 0;
  for (const wanted of wantedNow(rules, inboxes(), scope.now())) moved += await retireFrom(scope, wanted, log, signal);
  if (moved > 0) log.info('retention_moved', { conversations: moved });
  return moved;
}

async function retireFrom(scope: Scope, wanted: Wanted, log: Log, signal: AbortSignal): Promise<number> {
  let moved = 0;
  for (let last: Due | null = null; !signal.aborted; ) {
    const batch: readonly Due[] = await listDue(scope, wanted, last, BATCH);
    for (const { id } of batch) {
      if (signal.aborted) return moved;
      try {
        await trashConversation(scope, id);
        moved += 1;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        log.warn('retention_left', { conversationId: id, code: error.code });
      }
    }
    last = batch.at(-1) ?? null;
    if (batch.length < BATCH) break;
    await wait(PAUSE_MS, undefined, { signal }).catch(() => {});
  }
  return moved;
}

const SHOWN = 20;
export const COUNTED = 10_000;

export interface Preview {
  /** Counted no further than COUNTED in each inbox. */
  readonly counts: readonly { readonly inboxId: Wanted['inboxId']; readonly count: number }[];
  /** Of all inboxes, the oldest first. */
  readonly first: readonly Due[];
}

/** What would go tonight by these rules. Changes nothing. */
export async function previewRules(scope: Scope, rules: RetentionRules, inboxes: readonly InboxRecord[]): Promise<Preview> {
  const wanted = wantedNow(rules, inboxes, scope.now());
  const counts = await Promise.all(wanted.map(async (one) => ({ inboxId: one.inboxId, count: await countDue(scope, one, COUNTED) })));
  const lists = await Promise.all(wanted.map((one) => listDue(scope, one, null, SHOWN)));
  const first = lists.flat().sort((a, b) => a.lastMessageAt.getTime() - b.lastMessageAt.getTime());
  return { counts, first: first.slice(0, SHOWN) };
}
