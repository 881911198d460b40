import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';

// ava loads this into every worker ahead of its test file: it tells `npm test` when the file and each of its tests begins and ends, and in which
// process.
const journal = process.env['TEST_JOURNAL'];

if (journal) {
  const file = fileURLToPath(test.meta.file);
  const note = (event: 'began' | 'ended', title: string | null): void =>
    appendFileSync(journal, `${JSON.stringify({ event, file, title, pid: process.pid, at: Date.now() })}\n`);
  note('began', null);
  const titleOf = (hook: string): string => hook.replace(/^[\w.]+ hook for /, '');
  test.serial.beforeEach((t) => note('began', titleOf(t.title)));
  test.serial.afterEach.always((t) => note('ended', titleOf(t.title)));
  process.once('exit', () => note('ended', null));
}
