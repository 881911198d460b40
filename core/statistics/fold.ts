import { setTimeout as wait } from 'node:timers/promises';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { patiently } from '../db/waited-for.ts';
import type { ConversationId } from '../lib/ids.ts';
import { readWorkingHours } from '../working-hours/save.ts';
import { clockOf } from './clock.ts';
import { count, difference, type Rules } from './count.ts';
import {
  addCounts,
  beginAnew,
  countedOf,
  countedTo,
  forgetCounts,
  limitReads,
  lockFold,
  saveCounted,
  storiesOf,
  takeDirty,
  takeNext,
} from './fold-store.ts';
import { readOptions } from './options.ts';
import type { Counted, ReadingMode } from './types.ts';

const BATCH = 50;
/** Between batches the database belongs to those who work. */
const PAUSE_MS = 20;

/**
 * Counts again every conversation that changed, then goes on with a count of everything that was asked for. Each replaces what it had put into
 * the counts before, so that doing it twice changes nothing. Answers how many conversations it looked at.
 */
export async function foldStatistics(scope: Scope, signal: AbortSignal): Promise<number> {
  const { targetMinutes, reading } = await readOptions(scope);
  const hours = await readWorkingHours(scope);
  const rules = { hours, clock: clockOf(hours.timeZone), targetSeconds: targetMinutes * 60 };
  let all = 0;
  for (let taken = -1; taken !== 0 && !signal.aborted; all += taken) {
    if (taken > 0) await wait(PAUSE_MS);
    taken = await patiently(scope, () => foldSome(scope, rules, reading));
  }
  return all;
}

/** Counts everything that there is again: in the background, while the figures stay as right as they were. */
export async function countAnew(scope: Scope | WriteScope): Promise<void> {
  await transact(scope, beginAnew);
}

/** The same from nothing, whatever the figures had come to: until it is through they are incomplete. */
export async function rebuildStatistics(scope: Scope, signal: AbortSignal): Promise<number> {
  await transact(scope, async (tx) => {
    await lockFold(tx);
    await forgetCounts(tx);
    await beginAnew(tx);
  });
  return foldStatistics(scope, signal);
}

/** Whether a count of everything is under way. */
export const isCounting = async (scope: Scope): Promise<boolean> => (await countedTo(scope)) !== null;

function foldSome(scope: Scope, rules: Rules, reading: ReadingMode): Promise<number> {
  return transact(scope, async (tx) => {
    await lockFold(tx);
    const dirty = await takeDirty(tx, BATCH);
    const ids = dirty.length > 0 ? dirty : await takeNext(tx, BATCH);
    if (ids.length > 0) await replace(tx, ids, rules, reading);
    return ids.length;
  });
}

async function replace(tx: WriteScope, ids: readonly ConversationId[], rules: Rules, reading: ReadingMode): Promise<void> {
  await limitReads(tx, ids, reading);
  const stories = new Map((await storiesOf(tx, ids)).map((story) => [story.id, story]));
  const known = await countedOf(tx, ids);
  const changes = new Map<string, number>();
  const saved = new Map<ConversationId, Counted | null>();
  for (const id of ids) {
    const story = stories.get(id);
    const after = story ? count(story, rules) : null;
    for (const [key, n] of difference(known.get(id) ?? null, after)) changes.set(key, (changes.get(key) ?? 0) + n);
    saved.set(id, after);
  }
  await addCounts(tx, changes);
  await saveCounted(tx, saved);
}
