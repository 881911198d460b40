import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { MANIFEST_SCHEMA } from './manifest.ts';

const ABOUT = z.object({
  from: z.string().regex(/^restore-\d+$/),
  snapshot: z.string(),
  files: z.number(),
  lost: z.number().default(0),
  manifest: MANIFEST_SCHEMA,
});

/** What was prepared, for the process that puts it in its place. */
export type PreparedFile = z.infer<typeof ABOUT>;

const place = (dataDir: string, from: string): string => join(dataDir, `${from}.json`);

export const writePrepared = (dataDir: string, about: PreparedFile): Promise<void> =>
  writeFile(place(dataDir, about.from), JSON.stringify(about), { mode: 0o600, flush: true });

export const readPrepared = async (dataDir: string, from: string): Promise<PreparedFile> =>
  ABOUT.parse(JSON.parse(await readFile(place(dataDir, from), 'utf8')));

/** The folder as well. */
export async function removePrepared(dataDir: string, from: string): Promise<void> {
  await rm(join(dataDir, from), { recursive: true, force: true });
  await rm(place(dataDir, from), { force: true });
}
