import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { readSetting, takeSetting, writeSetting } from '../settings/settings.ts';
import { countSince } from './store.ts';

/** So many automatic answers of all inboxes together, and the rest waits for a person: somebody may be using us to flood others. */
export const MAX_PER_MINUTE = 20;
export const MAX_PER_HOUR = 100;
const KEY = 'acknowledgements.paused_at';
const MINUTE_MS = 60_000;

/** Since when no automatic answer goes out; null = they do. */
export async function pausedSince(scope: Scope): Promise<Date | null> {
  const text = await readSetting(scope, KEY);
  return text ? new Date(text) : null;
}

/** Whether the limit is reached with what was claimed so far; from then on they are paused. Nobody's answer is sent late. */
export async function trips(tx: WriteScope): Promise<boolean> {
  const nowMs = tx.now().getTime();
  const inMinute = await countSince(tx, new Date(nowMs - MINUTE_MS), MAX_PER_MINUTE + 1);
  const inHour = await countSince(tx, new Date(nowMs - 60 * MINUTE_MS), MAX_PER_HOUR + 1);
  if (inMinute <= MAX_PER_MINUTE && inHour <= MAX_PER_HOUR) return false;
  await writeSetting(tx, KEY, tx.now().toISOString());
  return true;
}

/** Lets automatic answers out again. Twice is once. */
export async function resume(scope: Scope): Promise<void> {
  await transact(scope, async (tx) => {
    const since = await readSetting(tx, KEY);
    if (since !== null && (await takeSetting(tx, KEY, since))) tx.emit({ type: 'settings.changed', data: { key: KEY } });
  });
}
