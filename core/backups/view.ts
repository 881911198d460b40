import type { Backup } from './types.ts';

const SECOND_MS = 1000;

/** The page's lines, and the newest that was restored on trial. */
export function backupLines(backups: readonly Backup[]) {
  const lines = backups
    .filter(({ state }) => state !== 'running')
    .map((one) => ({
      ...one,
      seconds: one.finishedAt === null ? null : Math.round((Date.parse(one.finishedAt) - Date.parse(one.startedAt)) / SECOND_MS),
    }));
  return { lines, good: lines.find(({ state }) => state === 'verified') ?? null };
}
