import test from 'ava';
import nunjucks from 'nunjucks';
import { quickenTemplates } from '../../core/http/quick-templates.ts';

quickenTemplates();

const SOURCES: Readonly<Record<string, string>> = {
  'loop.njk':
    '{% for one in list %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ one }};{% endfor %}',
  'pairs.njk': "{% for key, value in pairs %}{{ loop.index }}{{ key }}={{ value }}{{ '' if loop.last else ', ' }}{% endfor %}",
  'nested.njk': '{% for a in list %}{% for b in list %}{{ loop.index }}{% endfor %}{{ loop.index }}|{% endfor %}',
  'includes.njk':
    "{% set word = 'outer' %}{% for one in list %}{% include 'part.njk' %}{% include name %}{% endfor %}{{ word }}{{ fresh }}",
  'part.njk': "{% set word = 'inner' %}{% set fresh = 'seen' %}<{{ one }}{{ who }}>",
  'other.njk': '{% macro greet(name) %}Hi {{ name }}!{% endmacro %}{{ greet(who) }}',
  'missing.njk': "a{% include 'nowhere.njk' ignore missing %}b",
  'base.njk': 'A{% block body %}{% endblock %}Z',
  'child.njk':
    "{% extends 'base.njk' %}{% block body %}{% include 'part.njk' %}{% set sum = 0 %}{% for n in list %}{% set sum = sum + n %}{% endfor %}{{ sum }}{% endblock %}",
  'broken.njk': "x{% include 'wrong.njk' %}y",
  'wrong.njk': '{{ fail() }}',
  'capture.njk': "{% set kept %}[{% include 'part.njk' %}]{% endset %}{{ kept | safe }}{{ kept | safe }}",
};

const environment = new nunjucks.Environment(
  {
    getSource: (name: string) => {
      const src = SOURCES[name];
      // As a loader of nunjucks says that there is none; the declared type does not know it.
      return (src === undefined ? null : { src, path: name, noCache: false }) as nunjucks.LoaderSource;
    },
  },
  { autoescape: true },
);
environment.addGlobal('fail', () => {
  throw new Error('no such thing');
});
const rendered = (template: string): string =>
  environment.render(template, { list: [1, 2], pairs: { a: 1, b: 2 }, who: '<Ż>', name: 'other.njk' });

test('loops know their place, also when one is in another, and in the names and values of an object', (t) => {
  t.is(rendered('loop.njk'), '1021truefalse21;2110falsetrue22;');
  t.is(rendered('pairs.njk'), '1a=1, 2b=2');
  t.is(rendered('nested.njk'), '121|122|');
});

test('what is included sees the page, changes nothing of it, and may be missing where that is said', (t) => {
  t.is(rendered('includes.njk'), '<1&lt;Ż&gt;>Hi &lt;Ż&gt;!<2&lt;Ż&gt;>Hi &lt;Ż&gt;!outer');
  t.is(rendered('child.njk'), 'A<&lt;Ż&gt;>3Z');
  t.is(rendered('capture.njk'), '[<&lt;Ż&gt;>][<&lt;Ż&gt;>]');
  t.is(rendered('missing.njk'), 'ab');
});

test('an error in what is included is raised and names the template', (t) => {
  t.throws(() => rendered('broken.njk'), { message: /wrong\.njk[\s\S]*no such thing/ });
});
