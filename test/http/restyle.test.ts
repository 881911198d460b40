import { globSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import test from 'ava';
import { restylesAll } from '../../core/http/restyle.ts';
import { selectorsOf } from '../../core/http/selectors.ts';

const ROOT = resolve(import.meta.dirname, '../..');

test('what depends on neighbours or contents and then is about elements of any kind is found', (t) => {
  for (const selector of [
    '.a > * + *',
    'legend+*',
    '.a > :not(.b) ~ :not(.b)',
    '.box > form:last-child > :last-child',
    ':is(.box, .box > form:last-child) > :last-child',
    '.steps:not(:has(> .step)) > :last-child',
    '.form [class^="for-"] > :last-child',
    '.list:has(:checked) :is(.bulk, *)',
    '.a + :has(.b)',
  ])
    t.true(restylesAll(selector), selector);
  for (const selector of [
    '*',
    '.a > *',
    '.a > :last-child',
    '.a > :not(:first-child)',
    '.a + p',
    '.a:last-child > .b:not(.c, .d:hover)',
    '.list:has(:checked) :is(.bulk, p:empty)',
    '.a:has(> .b) > [hidden]',
    'p:hover > *',
    '.a + #b:has(.c)::before',
  ])
    t.false(restylesAll(selector), selector);
});

test('no rule of ours lets each change restyle the whole page', (t) => {
  const files = globSync(['views/assets/css/*.css', 'plugins/**/*.css'], { cwd: ROOT });
  t.true(files.length >= 10, String(files.length));
  const rules = files.flatMap((file) => {
    const css = readFileSync(resolve(ROOT, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    const heads = [...css.matchAll(/([^{};]+)\{/g)].map(([, head = '']) => head.trim()).filter((head) => !head.startsWith('@'));
    return heads.flatMap((head) => selectorsOf(head).map((one) => ({ where: relative(ROOT, file), one })));
  });
  t.true(rules.length > 1_000, String(rules.length));
  t.deepEqual(
    rules.filter(({ one }) => restylesAll(one)).map(({ where, one }) => `${where}: ${one.trim()}`),
    [],
  );
});
