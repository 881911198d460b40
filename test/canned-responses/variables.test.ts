import test from 'ava';
import { senderValues } from '../../core/canned-responses/facts.ts';
import { fillLetter } from '../../core/canned-responses/fill.ts';
import { fillIn, firstNameOf, hasMark, letterProblem, markOf, NOTHING } from '../../core/canned-responses/variables.ts';
import type { SafeHtml } from '../../core/lib/safe-html.ts';
import { changeGeneral } from '../../core/settings/general.ts';
import { houseFor } from '../support/house.ts';

const VALUES = { ...NOTHING, 'contact.name': 'Jan <Żółty>', company: 'F&B', 'conversation.number': '7' };
const blank = (name: string): string => markOf(name);

test('a letter is filled in, and what is not known stands as a mark that a person can see and Centrala finds', (t) => {
  const filled = fillIn('Dzień dobry, {{ contact.name }} / {{contact.first_name}} / {{- company | upcase }}', VALUES, 'text', blank);
  t.deepEqual(filled, { text: 'Dzień dobry, Jan <Żółty> / [?contact.first_name?] /F&B' });
  t.true('text' in filled && hasMark(filled.text));
  for (const harmless of ['Czy [tak]?', 'a [?] b', '{{ contact.name }}', '[? ?', '[?a\n?', '?]']) t.false(hasMark(harmless), harmless);
});

test('a company is a text that has parts: printed, filtered and compared as a text', (t) => {
  const values = { ...VALUES, 'company.phone': '22 1' };
  const text =
    '{{ company }}|{{ company | downcase }}|{% if company == "F&B" %}tak{% endif %}|{{ company.phone }}|{{ company | append: "!" }}|{{ date }}';
  t.deepEqual(fillIn(text, values, 'text', blank), { text: 'F&B|f&b|tak|22 1|F&B!|[?date?]' });
  t.deepEqual(fillIn('{% if company != "" %}{{ company }}{% else %}nic{% endif %}', NOTHING, 'text', blank), { text: 'nic' });
});

test('a condition or a default of a letter spares the mark', (t) => {
  const text =
    '{% if contact.first_name != "" %}Cześć {{ contact.first_name }}{% else %}Dzień dobry{% endif %}, {{ agent.name | default: "biuro" }}';
  t.deepEqual(fillIn(text, VALUES, 'text', blank), { text: 'Dzień dobry, biuro' });
});

test('in a rich letter values are escaped, and nothing that a name or a filter says becomes markup', (t) => {
  const html =
    '<p>Witaj {{&nbsp;contact.name }} z <b>{{ company }}</b>{{ contact.name | raw }}<img src=x onerror=alert(1)></p>' as SafeHtml;
  const filled = fillLetter({ subject: 'Nr {{ conversation.number }}', text: '', html }, VALUES, blank);
  t.is(filled.subject, 'Nr 7');
  t.regex(String(filled.html), /Witaj Jan &lt;Żółty&gt; z <b>F&amp;B<\/b>/);
  t.notRegex(String(filled.html), /<Żółty|onerror/);
  t.true(filled.text.startsWith('Witaj Jan <Żółty> z F&B'));
});

test('a letter with a wrong brace, a loop, raw braces or an unknown variable is refused when it is saved, also inside a condition', (t) => {
  for (const wrong of ['{{ contact.name', '{% for a in b %}{% endfor %}', '{% raw %}{{ x }}{% endraw %}', '{{ company | nic }}', '{{ }}'])
    t.is(letterProblem(wrong, 'text'), 'liquid', wrong);
  for (const unknown of ['{{ nic }}', '{% if company == "x" %}{{ contact.phone }}{% endif %}', '{{ company | append: secret }}'])
    t.is(letterProblem(unknown, 'text'), 'unknown', unknown);
  t.is(letterProblem('<p>{% if contact.name != &quot;&quot; %}{{ contact.name }}{% endif %}</p>', 'html'), null);
});

test('a first name is taken from a name that begins like one', (t) => {
  for (const [name, first] of [
    ['Jan Nowak', 'Jan'],
    ['Nowak, Anna Maria', 'Anna'],
    ['Łucja', 'Łucja'],
    ['', ''],
    ['J. Nowak', ''],
    ['123 sklep', ''],
    ['"Jan"', ''],
  ] as const)
    t.is(firstNameOf(name), first, name);
});

test('the date of a letter is written out as in the rest of the product, in the language of the company', async (t) => {
  const { agentId, scope } = await houseFor(t);
  const date = async () => (await senderValues(scope, agentId, null)).date;
  t.is(await date(), '24 listopada 2026');
  await changeGeneral(scope, { defaultLanguage: 'en' });
  t.is(await date(), '24 November 2026');
});
