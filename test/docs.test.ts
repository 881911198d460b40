import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import test from 'ava';
import { parseChangelog } from '../core/news/parse.ts';
import { routeTable } from './support/route-table.ts';

const ROOT = resolve(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const folder = (path: string): string[] =>
  readdirSync(join(ROOT, path))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${path}/${name}`);
const plugins = readdirSync(join(ROOT, 'plugins')).map((name) => `plugins/${name}/README.md`);
const PAGES = [
  'README.md',
  'CHANGELOG.md',
  ...folder('docs'),
  ...folder('docs/decisions'),
  ...folder('docs/guide/pl'),
  ...folder('docs/guide/en'),
  ...plugins,
];

test('every link between the documents leads to a file', (t) => {
  const broken = PAGES.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#|mailto:|\/)([^)#\s]+)[^)]*\)/g)]
      .filter(([, target = '']) => !existsSync(resolve(ROOT, dirname(page), target)))
      .map(([, target]) => `${page} → ${target}`),
  );
  t.deepEqual(broken, []);
});

/** The browser journeys make them: `RENEW_PICTURES=1`. */
test('every picture of the documentation is shown in the README and is smaller than 300 KB', (t) => {
  const pictures = readdirSync(join(ROOT, 'docs/pictures'));
  t.deepEqual(
    pictures.filter(
      (name) => !read('README.md').includes(`(docs/pictures/${name})`) || statSync(join(ROOT, 'docs/pictures', name)).size > 300_000,
    ),
    [],
  );
});

test('every path in the "Where is" table exists', (t) => {
  const table = read('README.md').split('## Where is')[1] ?? '';
  const paths = [...table.matchAll(/`((?:core|views|plugins|migrations|test|config|docs)\/[\w./*-]*)`/g)].map(([, path = '']) => path);
  t.true(paths.length >= 25);
  t.deepEqual(
    paths.filter((path) => !existsSync(join(ROOT, path.split('*')[0] ?? ''))),
    [],
  );
});

test('the README fits in 150 lines and a decision on a page of 60', (t) => {
  t.true(read('README.md').split('\n').length <= 150);
  for (const page of folder('docs/decisions')) {
    t.true(read(page).split('\n').length <= 60, page);
    t.regex(read(page), /^# .+\n\nStatus: /, page);
  }
});

test('each decision has a number of its own', (t) => {
  const numbers = folder('docs/decisions').map((page) => /\/(\d{4})-/.exec(page)?.[1] ?? page);
  t.is(new Set(numbers).size, numbers.length);
});

test('each change in CHANGELOG.md says for whom it is, and is said in Polish below the English sentence', (t) => {
  const { releases, problems } = parseChangelog(read('CHANGELOG.md'));
  t.deepEqual(
    problems,
    [],
    'write "- English" and below it "  - pl: Polish", below "### For everybody", "### For administrators" or "### For programs and servers"',
  );
  t.true(releases.length >= 2);
});

test('both sentences of a change lead to the same pages, which are there, and everybody may open those of changes for everybody', (t) => {
  const pages = routeTable().filter(({ method }) => method === 'GET');
  const targets = (text: string): string[] => [...text.matchAll(/\]\((\/[^)?]*)[^)]*\)/g)].map(([, path = '']) => path).sort();
  for (const { changes } of parseChangelog(read('CHANGELOG.md')).releases) {
    for (const [audience, list] of Object.entries(changes)) {
      for (const { en, pl } of list) {
        t.deepEqual(targets(pl), targets(en), en);
        for (const target of targets(en)) {
          const page = pages.find(({ path }) => path === target);
          t.truthy(page, `${target} of: ${en}`);
          t.true(audience !== 'everybody' || page?.may === 'agent', `${target} is not for everybody: ${en}`);
        }
      }
    }
  }
});

test('the manual for operators says the same in both languages: sections, tables, and what is typed', (t) => {
  const shape = (page: string) => {
    const lines = read(page).split('\n');
    return {
      headings: lines.filter((line) => /^#+ /.test(line)).map((line) => line.split(' ')[0]),
      rows: lines.filter((line) => line.startsWith('|')).length,
      typed: lines.filter((line) => line.startsWith('    ')),
      settings: [...new Set(read(page).match(/\bCENTRALA_[A-Z_]+/g))].sort(),
    };
  };
  t.deepEqual(shape('docs/operations.pl.md'), shape('docs/operations.md'));
});

test('the proxy of the manual lets through what the largest form of the product sends: an archive of mail, a backup', (t) => {
  const largest = Math.max(...routeTable().map(({ maxBodyBytes = 0 }) => maxBodyBytes));
  for (const page of ['docs/operations.md', 'docs/operations.pl.md']) {
    const [, size = '', unit = ''] = /client_max_body_size (\d+)(m?);/.exec(read(page)) ?? [];
    const limit = size === '0' ? Number.POSITIVE_INFINITY : Number(size) * (unit === 'm' ? 1024 ** 2 : 1);
    t.true(limit >= largest, `${page}: ${size}${unit}`);
  }
});
