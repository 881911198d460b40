import { localSecond } from '../lib/local-time.ts';
import type { Span } from './log-index.ts';
import type { Shown } from './look.ts';
import { problemKey } from './restore-view.ts';

/** "2026-11-27 14:30:05". */
export const momentName = (at: Date, zone: string): string => localSecond(at, zone).replace('T', ' ');

/** Whole seconds within each, as a date-time field takes them and as people read them. */
export const spansView = (spans: readonly Span[], zone: string) =>
  spans.flatMap(({ from, to }) => {
    const [first, last] = [new Date(Math.ceil(from.getTime() / 1000) * 1000), new Date(Math.floor(to.getTime() / 1000) * 1000)];
    if (first > last) return [];
    return [{ min: localSecond(first, zone), max: localSecond(last, zone), from: momentName(first, zone), to: momentName(last, zone) }];
  });

/** What is restored for a moment, and why it cannot be. */
export const momentView = ({ snapshot, manifest, problem }: Shown, at: Date, zone: string) => ({
  at,
  value: localSecond(at, zone),
  name: momentName(at, zone),
  snapshot: snapshot.shortId,
  backupAt: manifest.createdAt,
  problem: problem && problemKey(problem),
});
