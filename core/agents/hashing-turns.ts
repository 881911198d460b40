import { TooManyError } from '../lib/rate-limit.ts';

/** Whose password it is: of somebody known here by his session, a link or the browser he logged in with before, or of anybody. */
export type Hasher = 'known' | 'stranger';

/** Hashing happens two at a time: the same threads also write files. */
const AT_ONCE = 2;
/** Of strangers; what takes some seconds is worth waiting for. */
const MOST_WAITING = 200;
const COME_AGAIN_MS = 5_000;

const waiting: Readonly<Record<Hasher, (() => void)[]>> = { known: [], stranger: [] };
let running = 0;

/** Runs `work` when it is its turn, those of known people first. Raises too_many for a stranger who would wait long. */
export async function inTurn<T>(who: Hasher, work: () => Promise<T>): Promise<T> {
  if (running < AT_ONCE) running += 1;
  else if (who === 'stranger' && waiting.stranger.length >= MOST_WAITING) throw new TooManyError(COME_AGAIN_MS);
  // Whoever is done hands his place over, so that nobody comes between.
  else await new Promise<void>((resolve) => waiting[who].push(resolve));
  try {
    return await work();
  } finally {
    const next = waiting.known.shift() ?? waiting.stranger.shift();
    if (next) next();
    else running -= 1;
  }
}
