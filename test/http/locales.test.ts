import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { loadTranslations, type Message, placeholders } from '../../core/http/i18n.ts';
import { VIEWS } from '../support/render.ts';
import { sourceFiles } from '../support/source-tree.ts';
import { keyUses, visibleTexts } from '../support/texts.ts';

const ROOT = join(VIEWS, '..');
const PLUGINS = join(ROOT, 'plugins');
const plugins = existsSync(PLUGINS) ? readdirSync(PLUGINS).filter((name) => existsSync(join(PLUGINS, name, 'locales'))) : [];
const texts = loadTranslations([
  { dir: join(VIEWS, 'locales') },
  ...plugins.map((name) => ({ dir: join(PLUGINS, name, 'locales'), prefix: `plugin.${name}` })),
]);
const templates = sourceFiles(ROOT, ['views', 'plugins'], /\.njk$/);
const sources = sourceFiles(ROOT, ['core'], /\.ts$/);

const forms = (message: Message | undefined): string => (typeof message === 'object' ? Object.keys(message).sort().join(' ') : 'text');

test('Polish and English have the same texts', (t) => {
  t.deepEqual(
    [...texts.pl.keys()].filter((key) => !texts.en.has(key)),
    [],
    'missing in English',
  );
  t.deepEqual(
    [...texts.en.keys()].filter((key) => !texts.pl.has(key)),
    [],
    'missing in Polish',
  );
});

test('a text has the same placeholders in both languages', (t) => {
  const differing = [...texts.pl].filter(([key, polish]) => {
    const english = texts.en.get(key);
    return english !== undefined && placeholders(polish).join() !== placeholders(english).join();
  });
  t.deepEqual(
    differing.map(([key]) => key),
    [],
  );
});

test('a text that counts has every plural form of its language', (t) => {
  const wrong = [...texts.pl].filter(([key, polish]) => {
    const english = texts.en.get(key);
    if (typeof polish === 'string' && typeof english === 'string') return false;
    return forms(polish) !== 'few many one other' || forms(english) !== 'one other';
  });
  t.deepEqual(
    wrong.map(([key]) => key),
    [],
  );
});

test('no text is empty but a help that is left out', (t) => {
  for (const language of ['pl', 'en'] as const) {
    const empty = [...texts[language]].filter(([key, message]) => message === '' && !key.endsWith('.help'));
    t.deepEqual(
      empty.map(([key]) => key),
      [],
      language,
    );
  }
});

test('every text that templates and sources name exists', (t) => {
  const keys = [...texts.pl.keys()];
  const missing = [...keyUses(templates), ...keyUses(sources)].filter(({ key, isWhole }) => {
    if (key === 'plugin.') return false;
    return isWhole ? !texts.pl.has(key) : !keys.some((known) => known.startsWith(key));
  });
  t.deepEqual(
    missing.map(({ place, key }) => `${place}: ${key}`),
    [],
  );
});

test('templates show no words of their own', (t) => {
  const own = [...templates].flatMap(([place, source]) => visibleTexts(source).map((text) => `${place}: ${text}`));
  t.deepEqual(own, []);
});

test('words in a template that do not come from the locales are found', (t) => {
  t.deepEqual(visibleTexts('<p title="Zamknij">{{ t("a.b") }} <b>Zapisz</b>{# uwaga #} · Centrala</p>'), ['Zamknij', 'Zapisz']);
  t.deepEqual(visibleTexts('<p title="{{ t("a.b") }}">Centrala</p>{% if x %}<i class="icon"></i>{% endif %}'), []);
});

test('every error that is raised on purpose is explained in both languages', (t) => {
  const page = readFileSync(join(ROOT, 'core/http/problem-page.ts'), 'utf8');
  const names = [...page.matchAll(/'([a-z]+(?:_[a-z]+)*)',?\n/g)].map((match) => match[1]);
  t.true(names.length > 15, names.join());
  for (const name of names) for (const part of ['title', 'help']) t.true(texts.pl.has(`errors.${name}.${part}`), `${name}.${part}`);
});

test('every plugin has the texts that the settings screens show', (t) => {
  const used = [...sources].flatMap(([place, source]) =>
    [...source.matchAll(/t\(`plugin\.\$\{[\w.]+\}\.([\w]+)`\)/g)].map((match) => ({ place, part: match[1] })),
  );
  t.true(used.length > 2);
  for (const name of plugins)
    for (const { place, part } of used) t.true(texts.pl.has(`plugin.${name}.${part}`), `${place}: plugin.${name}.${part}`);
});
