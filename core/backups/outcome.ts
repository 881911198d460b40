import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileWhole } from '../lib/write-whole.ts';
import { RESTORE_PROBLEMS } from './types.ts';

const OUTCOME = z.object({
  /** Of the page that waits for it. */
  ticket: z.string(),
  snapshot: z.string(),
  /** When the backup was made, and when it was restored. */
  createdAt: z.string(),
  at: z.string(),
  rows: z.number(),
  files: z.number(),
  /** Stored files that are in no backup of that moment. */
  lost: z.number().default(0),
  /** Where the old data lies; null when there is none, or when it is the data again. */
  before: z.string().nullable(),
  schemaBefore: z.string().nullable(),
  /** Null when it succeeded; `detail` is one English sentence. */
  problem: z.enum(RESTORE_PROBLEMS).nullable(),
  detail: z.string().nullable(),
});

/** What became of the last restore that was begun in the browser: beside the database, which a restore exchanges. */
export type Outcome = z.infer<typeof OUTCOME>;

const place = (dataDir: string): string => join(dataDir, 'restore-outcome.json');

export const writeOutcome = (dataDir: string, outcome: Outcome): Promise<void> => writeFileWhole(place(dataDir), JSON.stringify(outcome));

/** Null when there was none. */
export const readOutcome = (dataDir: string): Outcome | null =>
  existsSync(place(dataDir)) ? OUTCOME.parse(JSON.parse(readFileSync(place(dataDir), 'utf8'))) : null;
