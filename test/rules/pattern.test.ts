import test from 'ava';
import { compileConditions, type Facts } from '../../core/rules/compile.ts';
import { readHeaders } from '../../core/rules/header.ts';
import { compilePattern } from '../../core/rules/pattern.ts';
import type { Condition, Operator } from '../../core/rules/types.ts';

const FACTS: Facts = {
  recipient: ['sklep@firma.test', 'biuro@firma.test'],
  sender: ['jan@klient.test'],
  subject: ['faktura 12/2026'],
  body: 'dzień dobry,\nw załączeniu',
  attachment_name: ['faktura.pdf'],
  headers: new Map([['x-formularz', ['zwrot']]]),
  hasAttachment: true,
  inboxId: 7 as never,
  spamScore: 3.5,
  atWork: false,
  language: null,
  senderLabels: null,
};

const ask = (conditions: readonly unknown[], match: 'all' | 'any' = 'all', facts: Partial<Facts> = {}) =>
  compileConditions({ conditions: conditions as Condition[], match })({ ...FACTS, ...facts });
const words = (field: string, operator: Operator, ...values: string[]) => ({ field, operator, values });

/** What the processor did for it, however many others it serves. */
function workedMs(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

test('a pattern fits a whole text: a star stands for any letters or none, a question mark for one', (t) => {
  const table: readonly [string, string, boolean][] = [
    ['*', '', true],
    ['*', 'cokolwiek', true],
    ['?', '', false],
    ['faktura*', 'faktura 12', true],
    ['faktura*', 'to faktura', false],
    ['*faktura', 'to faktura', true],
    ['*@*.pl', 'jan@firma.pl', true],
    ['*@*.pl', 'jan@firma.pl.evil.com', false],
    ['zam??', 'zam12', true],
    ['zam??', 'zam123', false],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXcYbZ', false],
    ['**ł?**', 'żółw', true],
    ['[a-z]+', '[a-z]+', true],
    ['[a-z]+', 'abc', false],
    ['a.c', 'abc', false],
    [`${'?'.repeat(40)}*${'x'.repeat(40)}`, 'y'.repeat(60) + 'x'.repeat(40), true],
    [`${'?'.repeat(40)}*${'x'.repeat(40)}`, 'y'.repeat(39) + 'x'.repeat(40), false],
    ['x'.repeat(100), 'x'.repeat(100), true],
    ['x'.repeat(100), 'x'.repeat(101), false],
  ];
  for (const [pattern, text, fits] of table) t.is(compilePattern(pattern)(text), fits, `${pattern} on ${text}`);
});

/** What backtracks would take years. */
const HANGS_MS = 5_000;

test('no pattern hangs on a megabyte that was made to hurt', (t) => {
  const long = 'a'.repeat(1_000_000);
  const evil = ['*a*a*a*a*a*a*a*a*a*b', `${'*a'.repeat(49)}b`, '?*?*?*?*?*?*?*?*b', `*${'a'.repeat(98)}b`, '*(a+)+$b'];
  for (const pattern of evil) {
    const fits = compilePattern(pattern);
    const tookMs = workedMs(() => t.false(fits(long), pattern));
    t.true(tookMs < HANGS_MS, `${pattern}: ${Math.round(tookMs)} ms`);
  }
  const tookMs = workedMs(() => t.is(ask([words('body', 'contains', `b${'a'.repeat(199)}`)], 'all', { body: long }), null));
  t.true(tookMs < HANGS_MS, `contains: ${Math.round(tookMs)} ms`);
});

test('each kind of condition fits what it names, whatever the case, and says what fitted', (t) => {
  t.deepEqual(ask([words('recipient', 'is', 'Biuro@Firma.test')]), [{ field: 'recipient', operator: 'is', value: 'Biuro@Firma.test' }]);
  t.deepEqual(ask([words('sender', 'ends', '@inny.test', '@KLIENT.test')]), [{ field: 'sender', operator: 'ends', value: '@KLIENT.test' }]);
  const fitting = [
    words('subject', 'contains', 'FAKTURA'),
    words('subject', 'starts', 'fak'),
    words('body', 'contains', 'DZIEŃ'),
    words('attachment_name', 'matches', '*.pdf'),
    { ...words('header', 'is', 'Zwrot'), header: 'X-Formularz' },
    { field: 'attachment' },
    { field: 'inbox', inboxId: 7 },
    { field: 'spam_score', atLeast: 3.5 },
    { field: 'working_hours', within: false },
  ];
  t.is(ask(fitting)?.length, fitting.length);
  for (const other of [
    words('subject', 'is', 'faktura'),
    words('sender', 'contains', 'anna'),
    words('body', 'starts', 'cześć'),
    { ...words('header', 'contains', 'zwrot'), header: 'X-Inny' },
    { field: 'inbox', inboxId: 8 },
    { field: 'spam_score', atLeast: 4 },
    { field: 'working_hours', within: true },
  ]) {
    t.is(ask([...fitting, other]), null, JSON.stringify(other));
    t.is(ask([other, words('subject', 'contains', 'faktura')], 'any')?.length, 1);
  }
  t.is(ask([{ field: 'attachment' }], 'all', { hasAttachment: false }), null);
  t.is(ask([{ field: 'spam_score', atLeast: -5 }], 'all', { spamScore: null }), null);
  t.is(ask([]), null);
});

test('the header of a mail is read unfolded and up to its end', (t) => {
  const headers = readHeaders(Buffer.from('X-Form: Zwrot\r\n  towaru\r\nx-form: drugi\r\nSubject : ą\r\n\r\nX-Body: nie\r\n'));
  t.deepEqual(headers.get('x-form'), ['zwrot towaru', 'drugi']);
  t.deepEqual(headers.get('subject'), ['ą']);
  t.is(headers.get('x-body'), undefined);
});
