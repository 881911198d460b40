import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'ava';
import { runAva, slowest } from '../../core/bin/run-ava.ts';
import { tempDir } from '../support/temp-dir.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** A project of its own whose test files have these bodies. */
function project(dir: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(join(dir, 'test'));
  symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'));
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }');
  const config = { workerThreads: false, cache: false, require: [join(ROOT, 'test/support/journal.ts')], files: ['test/*.test.js'] };
  writeFileSync(join(dir, 'ava.config.js'), `export default ${JSON.stringify(config)};`);
  for (const [name, body] of Object.entries(files))
    writeFileSync(join(dir, 'test', `${name}.test.js`), `import test from 'ava';\n${body}\n`);
  return dir;
}

test('a run outlives an error without frames, and a test file that hangs is named and ended while the others go on', async (t) => {
  const root = project(tempDir(t), {
    frameless: `test('it fails', () => { throw Object.assign(new Error('no frame'), { stack: 'Error: no frame' }); });`,
    hangs: `test('it passes', (t) => t.pass()); setInterval(() => {}, 1000); test('it hangs', () => new Promise(() => {}));`,
    passes: `test('it passes too', (t) => t.pass());`,
  });
  const said: string[] = [];
  const result = await runAva({ root, patterns: [], silenceLimitMs: 6000, runLimitMs: 60_000, say: (line) => said.push(line) });
  t.is(result.passed, 2);
  t.true(result.failed >= 2, said.join('\n'));
  t.true(said.includes('FAILED frameless › it fails'), said.join('\n'));
  t.true(
    said.some((line) => /^FAILED test\/hangs\.test\.js had not ended after \d+\.\d s$/.test(line)),
    said.join('\n'),
  );
  t.regex(slowest(result.runs, root, 10)[0] ?? '', /^ +\d+\.\d s {2}test\/hangs\.test\.js$/);
  t.is(slowest(result.runs, root, 10).length, 3);
});

test('a run that takes too long is ended and names the files that had not ended', async (t) => {
  const root = project(tempDir(t), { endless: `test('it never ends', () => { for (;;); });` });
  const said: string[] = [];
  const result = await runAva({ root, patterns: [], silenceLimitMs: 60_000, runLimitMs: 12_000, say: (line) => said.push(line) });
  t.like(result, { passed: 0, failed: 1 });
  t.regex(said.join('\n'), /^FAILED test\/endless\.test\.js had not ended after \d+\.\d s$/m);
});

test('the tests of a group begin one after the other, and one that hangs is named', async (t) => {
  const body = (title: string): string =>
    `test('${title}', async (t) => { await new Promise((done) => setTimeout(done, 300)); t.pass(); });`;
  const root = project(tempDir(t), {
    first: body('a') + body('b'),
    second: `test('it hangs', () => new Promise(() => setInterval(() => {}, 1000)));`,
    third: body('c'),
  });
  const members = ['first', 'second', 'third'].map((name) => `import './${name}.test.js';\n`);
  writeFileSync(join(root, 'test/group.test.js'), [`import '${join(ROOT, 'test/support/turns.ts')}';\n`, ...members].join(''));
  const said: string[] = [];
  const run = { root, patterns: ['test/group.test.js'], silenceLimitMs: 3000, runLimitMs: 60_000 };
  const { runs } = await runAva({ ...run, say: (line) => said.push(line) });
  const [a, b] = ['a', 'b'].map((title) => runs.find((one) => one.title === title));
  t.true((b?.beganAt ?? 0) >= (a?.endedAt ?? Number.POSITIVE_INFINITY));
  t.true(said.includes('  in: it hangs'), said.join('\n'));
});
