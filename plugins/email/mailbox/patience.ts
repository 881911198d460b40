import type { ImapFailureKind } from './imap-failure.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** First and longest pause by what went wrong; the others are a network that comes and goes. */
const PAUSES: Partial<Record<ImapFailureKind | 'no_room', readonly [number, number]>> = {
  // Providers lock an account that is knocked at with a wrong password.
  login: [3 * MINUTE_MS, 15 * MINUTE_MS],
  in_clear: [15 * MINUTE_MS, 15 * MINUTE_MS],
  tls_certificate: [MINUTE_MS, 15 * MINUTE_MS],
  limit: [30 * SECOND_MS, 15 * MINUTE_MS],
  unavailable: [5 * SECOND_MS, 5 * MINUTE_MS],
  no_room: [MINUTE_MS, MINUTE_MS],
};
const USUAL = [250, 5 * MINUTE_MS] as const;

/**
 * How long to stay away after the n-th failure in a row (1 = the first) without a message in between: twice as long each time, with a share
 * of chance, so that many mailboxes at one provider do not come back together. A server that names a time gets it.
 */
export function pauseAfter(kind: ImapFailureKind | 'no_room', failures: number, asked: number | null, chance: number): number {
  const [first, longest] = PAUSES[kind] ?? USUAL;
  const pause = Math.min(longest, first * 2 ** Math.min(failures - 1, 20));
  return Math.max(asked ?? 0, Math.round(pause * (0.75 + chance / 2)));
}
