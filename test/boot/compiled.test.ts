import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { packCompiled } from '../../core/bin/compiled.mjs';
import { tempDir } from '../support/temp-dir.ts';

test('compiled code that comes packed is where Node looks for it before the first start, once, in place of that of earlier versions', (t) => {
  const root = tempDir(t);
  mkdirSync(join(root, 'core/bin'), { recursive: true });
  copyFileSync(join(import.meta.dirname, '../../core/bin/compiled.mjs'), join(root, 'core/bin/compiled.mjs'));
  writeFileSync(join(root, 'program.mjs'), 'export const answer = () => 42;\n');
  writeFileSync(join(root, 'start.mjs'), "import { unpackCompiled } from './core/bin/compiled.mjs';\nunpackCompiled();\n");
  const node = (home: string, script: string): unknown =>
    execFileSync(process.execPath, [join(root, script)], { env: { NODE_COMPILE_CACHE: home, NODE_OPTIONS: '' } });
  const codeIn = (home: string): string => join(home, readdirSync(home).find((name) => name.startsWith('v')) ?? '');
  const [made, used] = [join(root, 'made'), join(root, 'used')];
  node(made, 'program.mjs');
  writeFileSync(join(made, 'style.css'), 'a{}');
  packCompiled(made, join(root, 'compiled'));

  mkdirSync(join(used, 'v1.2.3-x64-0-0'), { recursive: true });
  writeFileSync(join(used, 'mine.txt'), 'stays');
  node(used, 'start.mjs');
  const files = readdirSync(codeIn(made));
  t.true(files.length > 0);
  for (const name of files) t.deepEqual(readFileSync(join(codeIn(used), name)), readFileSync(join(codeIn(made), name)));
  t.false(existsSync(join(used, 'v1.2.3-x64-0-0')));
  t.deepEqual([readFileSync(join(used, 'style.css'), 'utf8'), readFileSync(join(used, 'mine.txt'), 'utf8')], ['a{}', 'stays']);

  rmSync(join(used, 'style.css'));
  node(used, 'start.mjs');
  t.false(existsSync(join(used, 'style.css')), 'it was unpacked before');
  writeFileSync(join(root, 'compiled'), 'cut off');
  t.notThrows(() => node(used, 'start.mjs'));
});
