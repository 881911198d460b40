import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileWhole } from '../lib/write-whole.ts';
import { MANIFEST_SCHEMA } from './manifest.ts';

const STATE = z.object({
  /** Of the backup that it began with. */
  manifest: MANIFEST_SCHEMA,
  /** Of the log that was replayed; null before the first time. */
  run: z.number().nullable(),
  /** The newest piece that was replayed. */
  seq: z.number(),
  /** Everything that was committed by then is here, in milliseconds since 1970. */
  reached: z.number(),
  /** No piece is half replayed. */
  isWhole: z.boolean(),
});
export type StandbyState = z.infer<typeof STATE>;

const place = (dataDir: string): string => join(dataDir, 'standby.json');

/** What a standby has here; null where there is none. */
export async function readStandby(dataDir: string): Promise<StandbyState | null> {
  const text = await readFile(place(dataDir), 'utf8').catch(() => null);
  return text === null ? null : STATE.parse(JSON.parse(text));
}

export const writeStandby = (dataDir: string, state: StandbyState): Promise<void> => writeFileWhole(place(dataDir), JSON.stringify(state));

export const removeStandby = (dataDir: string): Promise<void> => rm(place(dataDir), { force: true });
