import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { tempDir } from '../support/temp-dir.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** A checkout with our bootstrap, a lock file and an `npm` that only writes down what it was asked to do. */
function checkout(t: ExecutionContext<unknown>, main: string): { dir: string; asked: () => string[] } {
  const dir = tempDir(t);
  cpSync(join(ROOT, 'core/bin'), join(dir, 'core/bin'), { recursive: true });
  writeFileSync(join(dir, 'core/main.ts'), main);
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  writeFileSync(join(dir, 'package-lock.json'), JSON.stringify({ packages: { '': {}, 'node_modules/a': { version: '1.0.0' } } }));
  mkdirSync(join(dir, 'tools'));
  const npm = `#!/bin/sh\necho "$@" >> "${dir}/asked"\n[ -e "${dir}/broken" ] && exit 1\nmkdir -p "${dir}/node_modules"\n`;
  writeFileSync(join(dir, 'tools/npm'), npm);
  chmodSync(join(dir, 'tools/npm'), 0o755);
  const asked = (): string[] => (existsSync(join(dir, 'asked')) ? readFileSync(join(dir, 'asked'), 'utf8').trim().split('\n') : []);
  return { dir, asked };
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

function start(
  dir: string,
  script = 'start.mjs',
  args: readonly string[] = [],
): { child: ChildProcess; ended: Promise<Ended>; said: (text: string) => Promise<void> } {
  const child = spawn(process.execPath, [join(dir, 'core/bin', script), ...args], {
    env: { ...process.env, PATH: `${join(dir, 'tools')}:${process.env['PATH']}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk;
  });
  const said = (text: string): Promise<void> =>
    new Promise((done) =>
      child.stdout.on('data', () => {
        if (out.includes(text)) done();
      }),
    );
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk;
  });
  const ended = new Promise<Ended>((done) => child.on('close', (code, signal) => done({ code, signal, out, err })));
  return { child, ended, said };
}

test('a fresh clone installs the packages once, saying so, and again when the lock file changed', async (t) => {
  const { dir, asked } = checkout(t, 'console.log("up", process.argv[2]);');
  const first = await start(dir, 'start.mjs', ['x']).ended;
  t.is(first.out, 'up x\n');
  t.regex(first.err, /installing the packages/);
  t.deepEqual(asked(), ['ci --include=dev --no-audit --no-fund --loglevel=error']);
  t.is((await start(dir).ended).err, '');
  t.is(asked().length, 1);
  writeFileSync(join(dir, 'package-lock.json'), JSON.stringify({ packages: { 'node_modules/a': { version: '2.0.0' } } }));
  await start(dir).ended;
  t.is(asked().length, 2);
});

test('packages that npm itself installed are not installed again', async (t) => {
  const { dir, asked } = checkout(t, '');
  mkdirSync(join(dir, 'node_modules'));
  const lock = { packages: { 'node_modules/a': { version: '1.0.0' } } };
  writeFileSync(join(dir, 'node_modules/.package-lock.json'), JSON.stringify(lock));
  t.is((await start(dir).ended).code, 0);
  t.deepEqual(asked(), []);
});

test('a linked node_modules is left to the checkout that owns it', async (t) => {
  const { dir, asked } = checkout(t, '');
  mkdirSync(join(dir, 'elsewhere'));
  symlinkSync(join(dir, 'elsewhere'), join(dir, 'node_modules'));
  t.is((await start(dir).ended).code, 0);
  t.deepEqual(asked(), []);
});

test('when the packages cannot be installed the start ends with a sentence and code 75', async (t) => {
  const { dir } = checkout(t, 'console.log("up");');
  writeFileSync(join(dir, 'broken'), '');
  const { code, out, err } = await start(dir).ended;
  t.is(code, 75);
  t.is(out, '');
  t.regex(err, /could not be installed/);
});

test('the exit code of the product is the exit code of npm start', async (t) => {
  const { dir } = checkout(t, 'process.exit(78);');
  t.is((await start(dir).ended).code, 78);
});

test('SIGTERM and SIGINT reach the product, which may end in its own way', async (t) => {
  const main = `process.on('SIGTERM', () => process.exit(3)); process.on('SIGINT', () => process.exit(4)); setInterval(() => {}, 1000); console.log('up');`;
  for (const [signal, code] of [
    ['SIGTERM', 3],
    ['SIGINT', 4],
  ] as const) {
    const { dir } = checkout(t, main);
    const { child, ended, said } = start(dir);
    await said('up');
    child.kill(signal);
    t.is((await ended).code, code);
  }
});

test('a product that dies of a signal looks so from outside', async (t) => {
  const { dir } = checkout(t, `process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);`);
  t.is((await start(dir).ended).signal, 'SIGKILL');
});

test('an unknown developer command names those that exist', async (t) => {
  const { dir } = checkout(t, '');
  const { code, err } = await start(dir, 'run.mjs', ['chekc']).ended;
  t.is(code, 64);
  t.regex(err, /check, format, spec, bench, faults, appliance, pictures, new-channel, new-filter/);
});
