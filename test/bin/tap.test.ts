import test from 'ava';
import { readTap, type Tally } from '../../core/bin/tap.ts';

/** Feeds a report in small pieces, as a pipe delivers it. */
function read(report: string, exitCode: number | null = 0): { tally: Tally; said: string[] } {
  const said: string[] = [];
  const reader = readTap((line) => said.push(line));
  for (const piece of report.match(/[\s\S]{1,7}/g) ?? []) reader.feed(piece);
  return { tally: reader.end(exitCode), said };
}

test('passed tests are counted and stay silent', (t) => {
  t.deepEqual(read('TAP version 13\nok 1 - a › b\nok 2 - a › c\n\n1..2\n# tests 2\n# pass 2\n# fail 0\n'), {
    tally: { passed: 2, failed: 0 },
    said: [],
  });
});

test('a failed test is counted and shown with its details', (t) => {
  const { tally, said } = read('TAP version 13\nok 1 - a\nnot ok 2 - b\n  ---\n    name: AssertionError\n  ...\nok 3 - c\n# fail 1\n', 1);
  t.deepEqual(tally, { passed: 2, failed: 1 });
  t.deepEqual(said, ['FAILED b', '  ---', '    name: AssertionError', '  ...']);
});

test('skipped and planned tests count as failed', (t) => {
  t.deepEqual(read('ok 1 - a # SKIP\nnot ok 2 - b # TODO\n# skip 1\n# fail 1\n').tally, { passed: 0, failed: 2 });
});

test('tests that never ran because their file died count as failed', (t) => {
  t.deepEqual(read('ok 1 - a\nnot ok 2 - test/x.test.ts exited due to SIGKILL\n# pass 1\n# fail 4\n', 1).tally, { passed: 1, failed: 4 });
});

test('a run that is killed, or ends badly without naming a test, counts one failure', (t) => {
  t.deepEqual(read('ok 1 - a\n', null).tally, { passed: 1, failed: 1 });
  t.deepEqual(read('', 1).tally, { passed: 0, failed: 1 });
});
