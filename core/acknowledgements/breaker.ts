import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { noteSetting, readSetting, takeSetting, writeSetting } from '../settings/settings.ts';
import { countSince } from './store.ts';

/** So many automatic answers of all inboxes together, and the rest waits for a person: somebody may be using us to flood others. */
export const MAX_PER_MINUTE = 20;
export const MAX_PER_HOUR = 100;
const KEY = 'acknowledgements.paused_at';
const RESUMED = 'acknowledgements.resumed_at';
const MINUTE_MS = 60_000;

/** Since when no automatic answer goes out; null = they do. */
export async function pausedSince(scope: Scope): Promise<Date | null> {
  const text = await readSetting(scope, KEY);
  return text ? new Date(text) : null;
}

/**
 * Whether the limit is reached with what was claimed so far; from then on they are paused. Nobody's answer is sent late. What went out before
 * an administrator looked and let them go on is not counted again: the next one would pause them anew.
 */
export async function trips(tx: WriteScope): Promise<boolean> {
  const nowMs = tx.now().getTime();
  const resumedMs = Date.parse((await readSetting(tx, RESUMED)) ?? '') || 0;
  const within = (minutes: number, most: number) => countSince(tx, new Date(Math.max(nowMs - minutes * MINUTE_MS, resumedMs)), most + 1);
  const inMinute = await within(1, MAX_PER_MINUTE);
  const inHour = await within(60, MAX_PER_HOUR);
  if (inMinute <= MAX_PER_MINUTE && inHour <= MAX_PER_HOUR) return false;
  await writeSetting(tx, KEY, tx.now().toISOString());
  return true;
}

/** Lets automatic answers out again. Twice is once. */
export async function resume(scope: Scope): Promise<void> {
  await transact(scope, async (tx) => {
    const since = await readSetting(tx, KEY);
    if (since === null || !(await takeSetting(tx, KEY, since))) return;
    await noteSetting(tx, RESUMED, tx.now().toISOString());
    tx.emit({ type: 'settings.changed', data: { key: KEY } });
  });
}
