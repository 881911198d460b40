import type { Backup } from './types.ts';

const SECOND_MS = 1000;

/** The page's lines, the newest that was restored on trial, and whether one is being made, wherever. */
export function backupLines(backups: readonly Backup[]) {
  const lines = backups
    .filter(({ state }) => state !== 'running')
    .map((one) => ({
      ...one,
      seconds: one.finishedAt === null ? null : Math.round((Date.parse(one.finishedAt) - Date.parse(one.startedAt)) / SECOND_MS),
    }));
  return { isUnderWay: lines.length < backups.length, lines, good: lines.find(({ state }) => state === 'verified') ?? null };
}
