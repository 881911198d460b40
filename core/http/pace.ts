import { TooManyError } from '../lib/rate-limit.ts';

const MINUTE_MS = 60_000;

/**
 * Counts calls of each caller: so many a minute, spread evenly, and whoever was quiet may make as many at once. Raises too_many with the time until
 * the next one; a refused call costs nothing. 0 = as many as one likes. In memory: each process counts for itself.
 */
export function createPace(perMinute: number): (who: number, now: Date) => void {
  const callers = new Map<number, { readonly left: number; readonly atMs: number }>();
  return (who, now) => {
    if (perMinute === 0) return;
    const atMs = now.getTime();
    const known = callers.get(who) ?? { left: perMinute, atMs };
    const left = Math.min(perMinute, known.left + (Math.max(0, atMs - known.atMs) * perMinute) / MINUTE_MS);
    callers.set(who, { left: left < 1 ? left : left - 1, atMs });
    if (left < 1) throw new TooManyError(((1 - left) * MINUTE_MS) / perMinute);
  };
}
