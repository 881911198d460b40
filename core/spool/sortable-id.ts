import { randomToken } from '../lib/secrets.ts';

/**
 * Makes ids that sort in the order they were made: milliseconds, a counter within the millisecond, 60 random bits. A clock set back does
 * not break the order within one process.
 */
export function sortableIds(now: () => number = Date.now): () => string {
  let last = 0;
  let counter = 0;
  return () => {
    const time = now();
    counter = time > last ? 0 : counter + 1;
    last = Math.max(last, time);
    return `${last.toString(36).padStart(9, '0')}${counter.toString(36).padStart(4, '0')}${randomToken(12)}`;
  };
}
