import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'ava';
import { product } from '../support/product.ts';
import { tempDir } from '../support/temp-dir.ts';

const HOOK = resolve(import.meta.dirname, '../support/loaded-modules.mjs');

/** What few need, or only another thread; each is loaded by the verb that does (docs/decisions/0591). */
const LATER = [
  '@opentelemetry/api',
  '@peculiar/x509',
  'acme-client',
  'fast-xml-parser',
  'ical.js',
  'imapflow',
  'liquidjs',
  'mailauth',
  'postcss',
  'prom-client',
  'sanitize-html',
  'selfsigned',
  'unpdf',
  'yauzl',
];
/** Of all packages together; knex alone brings 340, zod 95. */
const MOST_MODULES = 800;

const packageOf = (url: string): string | null => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? null;

test('the first start of the product loads no package that it can do without until somebody needs it', async (t) => {
  const file = join(tempDir(t), 'modules.txt');
  const running = await product(t, { NODE_OPTIONS: `--import=${HOOK}`, LOADED_MODULES: file });
  await running.start();
  await running.end('SIGTERM');
  const lines = readFileSync(file, 'utf8').split('\n');
  const packages = lines.map(packageOf);
  const loaded = new Set(packages);
  t.true(loaded.has('knex'), 'what is loaded is seen');
  t.deepEqual(
    LATER.filter((name) => loaded.has(name)),
    [],
  );
  t.true(lines.includes('NativeModule http'));
  t.false(
    lines.some((line) => line.includes('undici')),
    'fetch and all behind it, 16 MB (0621)',
  );
  const fromPackages = packages.filter((name) => name !== null);
  t.true(fromPackages.length <= MOST_MODULES, `${fromPackages.length} modules of packages`);
});
