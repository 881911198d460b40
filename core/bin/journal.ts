import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

/** One test file of a run, by the notes that test/support/journal.ts takes. */
export interface FileRun {
  readonly file: string;
  readonly pid: number;
  readonly beganAt: number;
  /** Null: it runs, or its process ended without a word. */
  readonly endedAt: number | null;
}

const NOTE = z.object({ event: z.enum(['began', 'ended']), file: z.string(), pid: z.number(), at: z.number() });

/** In the order in which the files began. */
export function readJournal(path: string): readonly FileRun[] {
  const runs = new Map<string, FileRun>();
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
  for (const line of lines) {
    const { event, file, pid, at } = NOTE.parse(JSON.parse(line));
    const beganAt = event === 'began' ? at : (runs.get(file)?.beganAt ?? at);
    runs.set(file, { file, pid, beganAt, endedAt: event === 'ended' ? at : null });
  }
  return [...runs.values()];
}
