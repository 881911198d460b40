import test from 'ava';
import { fillIn, modestName } from '../../core/acknowledgements/fill-in.ts';
import { renderLiquid } from '../../core/lib/liquid.ts';

test('a name that could carry a message is left out of what we send', (t) => {
  for (const name of ['Anna Nowak', 'Żółkiewski', "Seán O'Brien", 'dr Jan M. Kowal-Żak', '李小龍']) t.is(modestName(name), name);
  for (const name of [
    '',
    'Visit evil.test now',
    'www evil test',
    'Anna <b>',
    'call 0700 123 456',
    'a@b',
    'Click here to win a great prize',
    'x'.repeat(41),
    'https://x',
    '🎁 prize',
  ])
    t.is(modestName(name), '', name);
});

test('line ends of a value never reach the subject', (t) => {
  const facts = { contactName: 'Anna', conversationNumber: '7', inboxName: 'Biuro\r\nBcc: x@y.test', companyValues: {}, company: 'Firma' };
  t.is(fillIn({ subject: '{{ inbox.name }}', text: 'x' }, facts).subject, 'Biuro Bcc: x@y.test');
});

test('a Liquid text has values and conditions and nothing that runs long or reaches outside', (t) => {
  const values = { contact: { name: 'Anna' }, company: 'Firma' };
  t.deepEqual(renderLiquid('{% if contact.name != "" %}Hi {{ contact.name | upcase }}{% else %}Hi{% endif %}', values), {
    text: 'Hi ANNA',
  });
  t.deepEqual(renderLiquid("{{ contact.name | default: 'x' }}", values), { text: 'Anna' });
  for (const hostile of [
    '{% for i in (1..100000000) %}x{% endfor %}',
    '{% include "/etc/passwd" %}',
    '{% render "a" %}',
    '{% layout "a" %}',
    '{% assign a = "x" %}{{ a }}',
    '{{ contact.constructor }}',
    '{{ contact.__proto__ }}',
    '{{ nothing }}',
    '{{ company | nofilter }}',
    '{{ "x" | where_exp: "a", "b" }}',
    '{{',
    '{% if %}',
    'x'.repeat(30_000),
  ])
    t.true('problem' in renderLiquid(hostile, values), hostile.slice(0, 60));
});
