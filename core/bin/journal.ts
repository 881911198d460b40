import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

/** A test file of a run, or one of its tests, by the notes that test/support/journal.ts takes. */
export interface Run {
  readonly file: string;
  /** Null: the file itself, from its process's begin to its end. */
  readonly title: string | null;
  readonly pid: number;
  readonly beganAt: number;
  /** Null: it runs, or its process ended without a word. */
  readonly endedAt: number | null;
}

const NOTE = z.object({
  event: z.enum(['began', 'ended']),
  file: z.string(),
  title: z.string().nullable(),
  pid: z.number(),
  at: z.number(),
});

/** In the order in which they began. */
export function readJournal(path: string): readonly Run[] {
  const runs = new Map<string, Run>();
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
  for (const line of lines) {
    const { event, file, title, pid, at } = NOTE.parse(JSON.parse(line));
    const key = JSON.stringify([file, title]);
    const beganAt = event === 'began' ? at : (runs.get(key)?.beganAt ?? at);
    runs.set(key, { file, title, pid, beganAt, endedAt: event === 'ended' ? at : null });
  }
  return [...runs.values()];
}
