import test from 'ava';
import nunjucks from 'nunjucks';
import { shareMacros } from '../../core/http/shared-macros.ts';

const SOURCES: Readonly<Record<string, string>> = {
  'words.njk': '{% set number = made() %}{% macro greet(name) %}{{ word() }} {{ name }} ({{ number }}){% endmacro %}',
  'shared.njk': "{% from 'words.njk' import greet %}{{ greet(who) }}",
  'own.njk': "{% from 'page.njk' import shown with context %}{{ shown }}",
  'page.njk': '{% set shown = who %}',
  'broken.njk': "{% from 'words.njk' import greet %}{{ greet(who) }}{{ fail() }}",
};

test('a file of macros is run once, says what is so at the moment, and one imported with context sees each page', (t) => {
  shareMacros();
  shareMacros();
  const environment = new nunjucks.Environment({ getSource: (name: string) => ({ src: SOURCES[name] ?? '', path: name, noCache: false }) });
  let [runs, word] = [0, 'Cześć'];
  environment.addGlobal('made', () => ++runs);
  environment.addGlobal('word', () => word);
  environment.addGlobal('fail', () => {
    throw new Error('no');
  });
  t.throws(() => environment.render('broken.njk', { who: 'nikt' }));
  t.is(environment.render('shared.njk', { who: 'Anna' }), 'Cześć Anna (1)');
  word = 'Hello';
  t.is(environment.render('shared.njk', { who: 'Jan' }), 'Hello Jan (1)');
  t.is(runs, 1);
  t.deepEqual([environment.render('own.njk', { who: 'Anna' }), environment.render('own.njk', { who: 'Jan' })], ['Anna', 'Jan']);
});
