import { type Scope, transact } from '../db/scope.ts';
import { readSetting, writeSetting } from '../settings/settings.ts';
import { READING_MODES, type ReadingMode } from './types.ts';

export const DEFAULT_TARGET_MINUTES = 240;
/** Least and most, in working hours. */
export const TARGET_HOURS = { least: 1, most: 200 } as const;

/** What is counted as on time, and how much is kept of who has read. */
export interface StatisticsOptions {
  readonly targetMinutes: number;
  readonly reading: ReadingMode;
}

const KEYS = { targetMinutes: 'statistics.target_minutes', reading: 'statistics.reading' } as const;

export async function readOptions(scope: Scope): Promise<StatisticsOptions> {
  const reading = await readSetting(scope, KEYS.reading);
  return {
    targetMinutes: Number((await readSetting(scope, KEYS.targetMinutes)) ?? DEFAULT_TARGET_MINUTES),
    reading: READING_MODES.find((one) => one === reading) ?? 'agents',
  };
}

/** Everything is counted again with them (core/statistics/follow.ts). */
export async function saveOptions(scope: Scope, { targetMinutes, reading }: StatisticsOptions): Promise<void> {
  await transact(scope, async (tx) => {
    await writeSetting(tx, KEYS.targetMinutes, String(targetMinutes));
    await writeSetting(tx, KEYS.reading, reading);
  });
}
