import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { tempDir } from '../../support/temp-dir.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
/** As many as the rare word of the corpus needs, and no more. */
const CONVERSATIONS = '800';

/** The cells of the first table that a command printed, without its head. */
const cells = (printed: string): readonly (readonly string[])[] =>
  printed
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) => line.slice(2, -2).split(' | '));

test('the bench commands of pages, acts, streams and size work on a small installation, and prints its table', async (t) => {
  // Seeded once: the commands keep it in the temporary folder, which goes with the test.
  const env = { ...process.env, TMPDIR: tempDir(t), BENCH_QUIET_MS: '0' };
  const bench = async (...args: readonly string[]) =>
    cells((await promisify(execFile)(process.execPath, ['test/bench/bench.ts', ...args], { cwd: ROOT, env, timeout: 180_000 })).stdout);

  const [size] = await bench('size', CONVERSATIONS);
  t.is(size?.[0], 'SQLite');
  t.true(Number(size?.[1]) > Number(CONVERSATIONS));

  const pages = await bench('web', CONVERSATIONS, 'sqlite', '1', '200');
  t.deepEqual(
    pages.map((row) => row[0]),
    ['list', 'list, htmx part', 'conversation', 'search, rare word', 'search, common word'],
  );
  t.deepEqual([...new Set(pages.map((row) => row.at(-1)))], ['0'], 'every page is what was asked for');

  const acts = await bench('act', CONVERSATIONS, 'sqlite', '300');
  t.deepEqual(
    acts.map((row) => row[0]),
    ['nothing', 'close', 'undo'],
  );
  t.true(Number(acts[1]?.[1]) > 0 && acts[1]?.[1] === acts[2]?.[1]);

  t.deepEqual((await bench('live', '3', CONVERSATIONS, '2'))[0]?.slice(0, 2), ['3', '2']);
});

test('a bench command that does not exist says which do', async (t) => {
  const error = await t.throwsAsync(promisify(execFile)(process.execPath, ['test/bench/bench.ts', 'speed'], { cwd: ROOT }));
  t.regex(String(error), /npm run bench -- web/);
});
