import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const journal = process.env['TEST_JOURNAL'];

/** Tells `npm test` when this file (`title` null) or one of its tests begins and ends, and in which process. */
export function note(event: 'began' | 'ended', title: string | null): void {
  if (!journal) return;
  const file = fileURLToPath(test.meta.file);
  appendFileSync(journal, `${JSON.stringify({ event, file, title, pid: process.pid, at: Date.now() })}\n`);
}

// ava loads this into every worker ahead of its test file.
note('began', null);
process.once('exit', () => note('ended', null));
