import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

const LIBRARY = '/usr/lib/*/faketime/libfaketimeMT.so.1';

/** A clock for one process that can be set while it runs; timers go on as they are, only the time of day moves. */
export interface ShiftedClock {
  /** Put before the command line of the process. */
  readonly under: readonly string[];
  /** Puts the clock of the product at `base` so many seconds ahead of ours, or behind; returns when it has read it. */
  shift(base: string, seconds: number): Promise<void>;
}

/** Debian's libfaketime, told what time it is by a file. `begins`: how far ahead of ours it begins, or behind. */
export function shiftedClock(t: ExecutionContext<unknown>, begins = 0): ShiftedClock {
  const [library] = globSync(LIBRARY);
  if (library === undefined) throw new Error('libfaketime is not installed: sudo apt-get install faketime');
  const file = join(tempDir(t), 'offset');
  const write = (seconds: number): void => writeFileSync(file, `${seconds < 0 ? '-' : '+'}${Math.abs(Math.round(seconds))}s\n`);
  write(begins);
  const settings = [
    `LD_PRELOAD=${library}`,
    `FAKETIME_TIMESTAMP_FILE=${file}`,
    'FAKETIME_CACHE_DURATION=1',
    'FAKETIME_DONT_FAKE_MONOTONIC=1',
  ];
  const shift = async (base: string, seconds: number): Promise<void> => {
    write(seconds);
    await until('the process reads the new time', async () => {
      const { checkedAt } = (await (await fetch(`${base}/ready`)).json()) as { checkedAt: string };
      return Math.abs(Date.parse(checkedAt) - Date.now() - seconds * 1000) < 30_000;
    });
  };
  return { under: ['env', ...settings], shift };
}
