import { copyFileSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import nunjucks from 'nunjucks';
import { compileTemplates } from '../../core/http/template-code.ts';
import { tempDir } from '../support/temp-dir.ts';

const OPTIONS = { autoescape: true };
const GREETING = new Map([['greeting.njk', 'Dzień dobry, {{ name }}!']]);

function rendered(folder: string | null, sources = GREETING, options = OPTIONS): string {
  const compiled = compileTemplates(sources, new nunjucks.Environment([], options), options, folder);
  const getSource = (name: string) => ({ src: compiled(name) as string, path: name, noCache: false });
  return new nunjucks.Environment({ getSource }, options).render('greeting.njk', { name: '<Anna>' });
}

test('Templates are compiled once for each of their states, and what was kept renders the same', (t) => {
  const [folder, other] = [join(tempDir(t), 'cache'), tempDir(t)];
  t.is(rendered(folder), 'Dzień dobry, &lt;Anna&gt;!');
  t.is(rendered(folder), rendered(null));
  const [file = ''] = readdirSync(folder);
  writeFileSync(join(other, file), readFileSync(join(folder, file), 'utf8').replace('dobry', 'kept'));
  t.is(rendered(other), 'Dzień kept, &lt;Anna&gt;!', 'it was compiled again');
});

test('A changed template or option is compiled anew, and a damaged or old file of them does no harm', (t) => {
  const [folder, other] = [tempDir(t), tempDir(t)];
  rendered(folder);
  const [file = ''] = readdirSync(folder);
  copyFileSync(join(folder, file), join(other, file));
  writeFileSync(join(other, file), 'exports["greeting.njk"] = function () {');
  t.is(rendered(other), 'Dzień dobry, &lt;Anna&gt;!');
  const lastYear = new Date(Date.now() - 365 * 86_400_000);
  utimesSync(join(other, file), lastYear, lastYear);
  t.is(rendered(other, new Map([['greeting.njk', 'Cześć, {{ name }}!']])), 'Cześć, &lt;Anna&gt;!');
  t.false(readdirSync(other).includes(file), 'nobody used it for a year');
  t.is(rendered(other, GREETING, { autoescape: false }), 'Dzień dobry, <Anna>!');
  t.is(readdirSync(other).length, 2);
});

test('A wrong template is told at once, and a folder that cannot be written is no trouble', (t) => {
  t.throws(() => rendered(tempDir(t), new Map([['wrong.njk', '{% if %}']])), { message: /wrong\.njk/ });
  const file = join(tempDir(t), 'a-file');
  writeFileSync(file, '');
  t.is(rendered(file), 'Dzień dobry, &lt;Anna&gt;!');
});
