import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { groupTests, writeGroups } from '../../core/bin/test-groups.ts';
import { tempDir } from '../support/temp-dir.ts';

const FILES = Array.from({ length: 20 }, (_, n) => `test/a/${String.fromCharCode(97 + n)}.test.ts`);

test('test files share processes of at most sixteen, slow ones and those that ask for it have their own, and each file is in exactly one', (t) => {
  const sources = new Map([...FILES, 'test/browser/live.test.ts', 'test/faults/slow/soak.test.ts'].map((file) => [file, '']));
  const groups = groupTests(sources.set('test/z.test.ts', '// In a process of its own: it says why.'));
  t.deepEqual(
    groups.map((group) => group.length),
    [1, 1, 1, 10, 10],
  );
  t.deepEqual(groups.slice(0, 3), [['test/faults/slow/soak.test.ts'], ['test/z.test.ts'], ['test/browser/live.test.ts']]);
  t.deepEqual(groups.slice(3).flat(), FILES);
});

test('a group is a file that imports its members one after the other, and is gone after the run', (t) => {
  const root = tempDir(t);
  mkdirSync(join(root, 'test'));
  for (const name of ['a', 'b']) writeFileSync(join(root, 'test', `${name}.test.ts`), '');
  const groups = writeGroups(root, ['test/b.test.ts', 'test/a.test.ts']);
  t.is(groups.patterns.length, 1);
  t.is(
    readFileSync(join(root, groups.patterns[0] ?? ''), 'utf8'),
    "import '../test/support/turns.ts';\nimport '../test/a.test.ts';\nimport '../test/b.test.ts';\n",
  );
  groups.remove();
  t.deepEqual(readdirSync(root), ['test']);

  mkdirSync(join(root, 'test/browser'));
  for (const name of ['a', 'b']) writeFileSync(join(root, 'test/browser', `${name}.test.ts`), '');
  const journeys = writeGroups(root, ['test/browser/b.test.ts', 'test/browser/a.test.ts']);
  t.regex(
    readFileSync(join(root, journeys.patterns[0] ?? ''), 'utf8'),
    /one-browser\.ts';\nimport '\.\.\/test\/browser\/a/,
    'they share a browser',
  );
});
