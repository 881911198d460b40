import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { tempDir } from '../support/temp-dir.ts';

const BIN = resolve(import.meta.dirname, '../../core/bin');

test('modules are found where Node would find them: files, packages, those that a plugin brings, and what is missing is named', async (t) => {
  const dir = tempDir(t);
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  };
  const thing = (path: string, version: string): void => {
    put(`${path}/node_modules/thing/package.json`, '{"name":"thing","exports":{"import":"./index.mjs","require":"./index.cjs"}}');
    put(`${path}/node_modules/thing/index.mjs`, `import { file } from './file.ts.mjs'; export default '${version} ' + file;`);
    put(`${path}/node_modules/thing/file.ts.mjs`, `export const file = 'imported';`);
    put(`${path}/node_modules/thing/index.cjs`, `module.exports = '${version} required';`);
  };
  thing('.', 'ours');
  thing('plugins/x', 'of the plugin');
  put('package.json', '{"type":"module"}');
  for (const name of ['resolver.mjs', 'compiled.mjs', 'http.mjs']) cpSync(join(BIN, name), join(dir, 'core/bin', name));
  put(
    'core/a.ts',
    `import thing from 'thing'; import { createRequire } from 'node:module'; import { b } from './lib/b.ts';
    import { x } from '../plugins/x/x.ts'; const required: string = createRequire(import.meta.url)('thing');
    console.log([thing, required, b, x].join(', ')); await import('./gone.ts').catch((error: Error) => console.log(error.message));`,
  );
  put('core/lib/b.ts', `import thing from 'thing'; export const b: string = thing;`);
  put('plugins/x/x.ts', `import thing from 'thing'; export const x: string = thing;`);
  const args = ['--import', join(dir, 'core/bin/resolver.mjs'), join(dir, 'core/a.ts')];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: '/', env: {} });
  t.regex(stdout, /^ours imported, ours required, ours imported, of the plugin imported\n.*core\/gone\.ts/);
});

test('what node:http has is there, beside what is undici’s', async (t) => {
  const ours: object = await import(join(BIN, 'http.mjs'));
  const names = Object.keys(http).filter((name) => !name.startsWith('_') && !['WebSocket', 'CloseEvent', 'MessageEvent'].includes(name));
  t.deepEqual(Object.keys(ours).sort(), [...names, 'default'].sort());
});
