import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'ava';
import { LANGUAGES } from '../../core/lib/language.ts';
import { SCREENS } from './screens.ts';

const GUIDE = resolve(import.meta.dirname, '../../docs/guide');
const pagesOf = (language: string): readonly string[] => readdirSync(join(GUIDE, language)).sort();
const textOf = (language: string, page: string): string => readFileSync(join(GUIDE, language, page), 'utf8');
const picturesIn = (language: string): readonly string[] =>
  pagesOf(language).flatMap((page) => [
    ...textOf(language, page)
      .matchAll(/!\[[^\]]+\]\(\.\.\/img\/(\w+\/[\w-]+)\.webp\)/g)
      .map(([, name = '']) => name),
  ]);

const without = (some: readonly string[], others: readonly string[]): readonly string[] => some.filter((one) => !others.includes(one));

/** Made by `npm run pictures`. */
test('every screen has its place in the guide of both languages, and every picture is there once and small', (t) => {
  const screens = Object.values(SCREENS).flatMap((some) => some.map(({ name }) => name));
  let bytes = 0;
  for (const language of LANGUAGES) {
    const wanted = screens.map((name) => `${language}/${name}`).sort();
    const named = picturesIn(language);
    t.deepEqual(without(wanted, named), [], 'name these in a page of docs/guide');
    t.deepEqual(without(named, wanted), [], 'there are no such screens');
    t.is(new Set(named).size, named.length);
    const files = readdirSync(join(GUIDE, 'img', language)).map((file) => `${language}/${file.replace(/\.webp$/, '')}`);
    t.deepEqual(without(wanted, files), [], 'npm run pictures -- NAME …');
    t.deepEqual(without(files, wanted), [], 'delete these');
    for (const name of wanted) {
      const { size } = statSync(join(GUIDE, 'img', `${name}.webp`));
      t.true(size > 1_000 && size <= 60_000, `${name}: ${size}`);
      bytes += size;
    }
  }
  t.true(bytes <= 6_600_000, String(bytes));
});

test('the guide has the same pages in both languages, each said to be for something, with ways to do it, and listed', (t) => {
  t.deepEqual(pagesOf('pl'), pagesOf('en'));
  for (const language of LANGUAGES)
    for (const page of pagesOf(language).filter((one) => one !== 'README.md')) {
      const text = textOf(language, page);
      t.regex(text, /^# .+\n\n.{20,}\n\n## .+\n\n(- \*\*.+\n){3,6}\n/, `${language}/${page}`);
      t.true(textOf(language, 'README.md').includes(`](${page}): `), page);
    }
});
