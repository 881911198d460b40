import test from 'ava';
import { foldQuote } from '../../core/messages/quote.ts';
import { readRecipients } from '../../core/messages/typed-recipients.ts';

const FOLDED: readonly (readonly [string, string, string])[] = [
  ['Tak.\n\nW dniu 23 lis 2026 o 14:02 Anna Nowak napisał(a):\n> Pytanie', 'Tak.', 'W dniu'],
  ['Tak.\n\nDnia 23 listopada 2026 14:02 Jan <jan@wp.pl> napisał:\n\n> Pytanie', 'Tak.', 'Dnia'],
  ['Yes.\n\nOn Mon, 23 Nov 2026 at 14:02, Anna <a@b.pl> wrote:\n> Question', 'Yes.', 'On Mon'],
  ['Yes.\n\nOn Mon, 23 Nov 2026 at 14:02, Anna Nowak\n<a@b.pl> wrote:\n> Question', 'Yes.', 'On Mon'],
  ['Ja.\r\n\r\nAm 23.11.2026 um 14:02 schrieb Anna:\r\n> Frage', 'Ja.', 'Am 23'],
  ['Yes.\n-----Original Message-----\nFrom: Anna\nQuestion', 'Yes.', '-----Original'],
  ['Tak.\n________________________________\nOd: Anna\nPytanie', 'Tak.', '____'],
  ['Tak.\n\nFrom: Anna <a@b.pl>\nSent: Monday\nTo: Jan\n\nPytanie', 'Tak.', 'From:'],
  ['Tak.\n> pierwsze\n> drugie\n', 'Tak.', '> pierwsze'],
];

test('what is quoted below an answer is folded away, in the words of common mail programs', (t) => {
  for (const [text, above, begin] of FOLDED) {
    const folded = foldQuote(text);
    t.is(folded.text, above, text);
    t.true(folded.quoted.startsWith(begin), folded.quoted);
  }
});

test('an answer written between the quoted lines, or a mail that is only a quote, is shown whole', (t) => {
  for (const text of [
    'On Mon, Anna wrote:\n> Pierwsze?\nTak.\n> Drugie?\nNie.',
    '> tylko cytat\n> i nic więcej',
    'Zwykły tekst.\nDrugi wiersz.',
    '> raz\nOdpowiedź',
    '',
  ]) {
    t.is(foldQuote(text).quoted, '', text);
    t.is(foldQuote(text).text, text.trim());
  }
});

test('typed addresses are read with names, once each, and what is no address is named', (t) => {
  const { addresses, wrong } = readRecipients('Anna Nowak <a@b.pl>, "Kowalski, Jan" <JAN@x.pl>; a@b.pl\nfoo, bar@, ola@żółw.pl');
  t.deepEqual(addresses, [
    { address: 'a@b.pl', name: 'Anna Nowak' },
    { address: 'jan@x.pl', name: 'Kowalski, Jan' },
    { address: 'ola@xn--w-uga1v8h.pl', name: null },
  ]);
  t.deepEqual(wrong, ['foo', 'bar@']);
});
