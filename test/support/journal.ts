import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';

// ava loads this into every worker ahead of its test file: it tells `npm test` when the file begins and ends, and in which process.
const journal = process.env['TEST_JOURNAL'];

if (journal) {
  const note = (event: 'began' | 'ended'): void =>
    appendFileSync(journal, `${JSON.stringify({ event, file: fileURLToPath(test.meta.file), pid: process.pid, at: Date.now() })}\n`);
  note('began');
  process.once('exit', () => note('ended'));
}
