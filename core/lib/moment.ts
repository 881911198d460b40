const LONGEST_MS = 366 * 24 * 3_600_000;

/** What is wrong with a moment that something is put off to: it is over, or more than a year away; null = nothing. */
export function momentProblem(at: Date, now: Date): 'past' | 'far' | null {
  if (at <= now) return 'past';
  return at.getTime() - now.getTime() > LONGEST_MS ? 'far' : null;
}
