import { AppError } from './errors.ts';

export interface RateRule {
  /** Attempts that cost nothing. */
  readonly free: number;
  /** Wait after the first attempt that costs; it doubles with each further one. */
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
  /** After this long without an attempt everything is forgotten. */
  readonly forgetMs: number;
}

/** Counts attempts by key with a growing wait. In memory: a restart forgives, and one process serves everybody. */
export interface RateLimiter {
  /** Counts an attempt and answers 0, or, while the key must wait, counts nothing and answers the milliseconds left. */
  attempt(key: string, now: Date): number;
  /** Takes the last attempt back (it succeeded). */
  forgive(key: string): void;
  /** Forgets the key. */
  clear(key: string): void;
}

/** Too many attempts; `retryAfterSeconds` says when the next one may come. */
export class TooManyError extends AppError {
  readonly retryAfterSeconds: number;

  constructor(waitMs: number) {
    super('too_many', 429, 'Too many attempts', { help: 'Wait and try again.' });
    this.retryAfterSeconds = Math.ceil(waitMs / 1000);
  }
}

const MAX_KEYS = 20_000;

export function createRateLimiter(rule: RateRule): RateLimiter {
  // Oldest attempt first, because each attempt moves its key to the end.
  const counts = new Map<string, { attempts: number; lastMs: number }>();
  const waitAfter = (attempts: number): number =>
    attempts < rule.free ? 0 : Math.min(rule.maxWaitMs, rule.firstWaitMs * 2 ** Math.min(30, attempts - rule.free));
  return {
    attempt: (key, now) => {
      const nowMs = now.getTime();
      const known = counts.get(key);
      const fresh = known && nowMs - known.lastMs < rule.forgetMs ? known : { attempts: 0, lastMs: nowMs };
      const waitMs = known === fresh ? fresh.lastMs + waitAfter(fresh.attempts) - nowMs : 0;
      if (waitMs > 0) return waitMs;
      counts.delete(key);
      counts.set(key, { attempts: fresh.attempts + 1, lastMs: nowMs });
      for (const oldest of counts.keys()) {
        if (counts.size <= MAX_KEYS) break;
        counts.delete(oldest);
      }
      return 0;
    },
    forgive: (key) => {
      const known = counts.get(key);
      if (known) counts.set(key, { ...known, attempts: Math.max(0, known.attempts - 1) });
    },
    clear: (key) => void counts.delete(key),
  };
}

/** The network an address belongs to for counting: IPv4 whole, IPv6 its /64, which one subscriber has to himself. */
export function networkOf(ip: string): string {
  const plain = ip.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail = ''] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const groups = plain.includes('::') ? [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right] : left;
  return groups.slice(0, 4).join(':');
}

/** Runs `guess`, which raises when the secret is wrong. Raises TooManyError instead when `who` was wrong too often; a right one clears him. */
export type GuessLimit = <T>(who: string, now: Date, guess: () => Promise<T>) => Promise<T>;

/** For a secret that somebody who is logged in types again. */
export function limitGuesses(): GuessLimit {
  const limiter = createRateLimiter({ free: 5, firstWaitMs: 2_000, maxWaitMs: 600_000, forgetMs: 3_600_000 });
  return async (who, now, guess) => {
    const waitMs = limiter.attempt(who, now);
    if (waitMs > 0) throw new TooManyError(waitMs);
    const result = await guess();
    limiter.clear(who);
    return result;
  };
}
