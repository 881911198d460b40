import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileWhole } from '../lib/write-whole.ts';

const NOTE = z.object({ snapshot: z.string() });
const place = (dataDir: string): string => join(dataDir, 'restored.json');

/** That a command put this in the place of the data: for the audit, which the next start can write, whatever version the data is of. */
export const leaveNote = (dataDir: string, snapshot: string): Promise<void> =>
  writeFileWhole(place(dataDir), JSON.stringify({ snapshot } satisfies z.infer<typeof NOTE>));

/** What was put there since the last start; null = nothing, or a note that cannot be read, for which nobody is kept from his mail. */
export async function readNote(dataDir: string): Promise<string | null> {
  try {
    return NOTE.parse(JSON.parse(await readFile(place(dataDir), 'utf8'))).snapshot;
  } catch {
    return null;
  }
}

export const removeNote = (dataDir: string): Promise<void> => rm(place(dataDir), { force: true });
