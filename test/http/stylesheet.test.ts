import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'ava';
import { modulePath } from '../../core/http/module-path.ts';
import { buildStylesheet } from '../../core/http/stylesheet.ts';

const VIEWS = resolve(import.meta.dirname, '../../views');
const TABLER = readFileSync(modulePath('@tabler/core/dist/css/tabler.min.css'), 'utf8');
const ENOUGH = 150_000;
const framework = (css: string, ...pages: string[]): string => /@layer tabler\{(.*)\}/s.exec(buildStylesheet(css, [], pages))?.[1] ?? '';

test('only rules whose classes stand in a page are kept, and those without a class', (t) => {
  const css = 'body{margin:0}.btn{a:b}.btn .icon,.btn .gone{c:d}.gone{e:f}a.btn:hover>.gone{g:h}';
  t.is(framework(css, '<a class="btn">{{ icon }}'), 'body{margin:0}.btn{a:b}.btn .icon{c:d}');
});

test('a class that is put together from a beginning and a word counts as there', (t) => {
  t.is(framework('.btn-primary{a:b}.btn-lime{c:d}', `'btn-' + kind`, 'primary'), '.btn-primary{a:b}');
});

test('what an element need not have is not asked for: exclusions, alternatives, escaped names', (t) => {
  const css = '.btn:not(.gone):hover{a:b}.btn:is(.gone,.there){c:d}.w-1\\/2{e:f}';
  t.is(framework(css, 'btn'), '.btn:not(.gone):hover{a:b}.btn:is(.gone,.there){c:d}');
});

test('a data attribute that no page sets keeps no rule, alone or as every one of some alternatives', (t) => {
  const css = '[data-gone] *{a:b}[data-bs-theme=dark] p:not([data-gone]){c:d}:is([data-gone] *,[data-no]:not(:has(:hover))) p{e:f}';
  const some = ':where([data-gone],[data-bs-theme]) p,[data-gone]:is(a,b){g:h}';
  t.is(
    framework(css + some, "dataset.bsTheme = 'dark'"),
    '[data-bs-theme=dark] p:not([data-gone]){c:d}:where([data-gone],[data-bs-theme]) p{g:h}',
  );
});

test('a rule of elements of any kind beside some other is left out: each change would restyle the whole page', (t) => {
  t.is(framework('legend+*{a:b}legend+p,a>*{c:d}'), 'legend+p,a>*{c:d}');
});

test('rules within media queries are looked at too, and empty ones go; other at-rules and statements stay', (t) => {
  const css = '@import "x";@media print{.gone{a:b}}@media (min-width:1px){.btn{c:d}.gone{e:f}}@keyframes spin{to{g:h}}@font-face{i:j}';
  t.is(framework(css, 'btn'), '@import "x";@media (min-width:1px){.btn{c:d}}@keyframes spin{to{g:h}}@font-face{i:j}');
});

test('comments go, but the licence stays', (t) => {
  const css = '/*! Tabler, https://tabler.io */:root{--a:b}/* .x */.btn{c:d}';
  t.true(buildStylesheet(css, [], ['btn']).includes('\n/*! Tabler, https://tabler.io */\n'));
  t.is(framework(css, 'btn'), ':root{--a:b}.btn{c:d}');
});

test('of the real Tabler a sixth at most is left, and every variable that its root declares is still declared', (t) => {
  const files = readdirSync(VIEWS, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(njk|js)$/.test(name));
  const kept = framework(TABLER, ...files.map((name) => readFileSync(join(VIEWS, name), 'utf8')));
  t.true(kept.length > 50_000 && kept.length < ENOUGH, String(kept.length));
  const root = (css: string): Set<string> =>
    new Set([...css.matchAll(/(?:^|[{};])\s*:root(?:,[^{]*)?\{([^}]*)\}/g)].flatMap(([, body = '']) => body.match(/--[\w-]+(?=:)/g) ?? []));
  t.deepEqual(
    [...root(TABLER.replace(/\/\*[\s\S]*?\*\//g, ''))].filter((name) => !root(kept).has(name)),
    [],
  );
});
