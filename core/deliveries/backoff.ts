const MINUTE_MS = 60_000;
const STEPS_MINUTES = [1, 5, 15, 30] as const;
const LONGEST_MINUTES = 60;
const WISHES = 4;
const LIFETIME_MS = 4 * 24 * 60 * MINUTE_MS;

const LATE_MS = 4 * 60 * MINUTE_MS;

/** Since its first attempt was due four hours have passed: its author should know that it is still here. */
export const isLate = (expiresAt: Date, now: Date): boolean => now.getTime() - (expiresAt.getTime() - LIFETIME_MS) >= LATE_MS;

/** Until when a delivery is tried: four days after its first attempt was due (RFC 5321 §4.5.4.1 asks for at least four to five). */
export const expiryOf = (from: Date): Date => new Date(from.getTime() + LIFETIME_MS);

/**
 * When to try again after attempt number `attempts` was put off: 1, 5, 15, 30 minutes, then every hour, so that a relay that is back has the mail within one.
 * `wishMs` is when the other side asked for the next attempt (greylisting); it is granted a few times, then the ordinary steps hold.
 * Null when that would be after `expiresAt`: then the delivery has failed.
 */
export function nextAttempt(attempts: number, now: Date, expiresAt: Date, wishMs?: number): Date | null {
  const minutes = STEPS_MINUTES[Math.max(attempts, 1) - 1] ?? LONGEST_MINUTES;
  const next = new Date(now.getTime() + (wishMs !== undefined && attempts <= WISHES ? wishMs : minutes * MINUTE_MS));
  return next > expiresAt ? null : next;
}
