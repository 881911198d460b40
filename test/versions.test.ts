import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import test from 'ava';

const read = (path: string): string => readFileSync(resolve(import.meta.dirname, '..', path), 'utf8');
const manifest: { engines: { node: string }; dependencies: Record<string, string>; devDependencies: Record<string, string> } = JSON.parse(
  read('package.json'),
);

test('one major version of Node everywhere: package, types, bootstrap and image', (t) => {
  const major = manifest.devDependencies['node']?.split('.')[0];
  t.is(process.versions.node.split('.')[0], major);
  t.is(manifest.devDependencies['@types/node']?.split('.')[0], major);
  t.is(/NEEDED_MAJOR = (\d+)/.exec(read('core/bin/bootstrap.mjs'))?.[1], major);
  for (const [, image] of read('Dockerfile').matchAll(/^FROM node:(\d+)/gm)) t.is(image, major);
});

test('every dependency is pinned to one exact version', (t) => {
  const all = { ...manifest.dependencies, ...manifest.devDependencies };
  t.deepEqual(
    Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)),
    [],
  );
});

test('what runs before Node 26 is there is plain JavaScript without packages', (t) => {
  for (const name of ['bootstrap', 'start', 'run', 'test', 'centrala']) {
    const imports = [...read(`core/bin/${name}.mjs`).matchAll(/from '([^']+)'/g)].map((m) => m[1] ?? '');
    t.deepEqual(
      imports.filter((from) => !from.startsWith('node:') && from !== './bootstrap.mjs'),
      [],
    );
  }
  t.true(Number(/\d+/.exec(manifest.engines.node)?.[0]) <= 20);
});
