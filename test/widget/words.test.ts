import test from 'ava';
import { inkOn, originOf } from '../../core/widget/settings.ts';
import { subjectOf } from '../../core/widget/take-note.ts';

test('an address as people paste it becomes the origin that browsers compare, and anything else is none', (t) => {
  for (const [typed, origin] of [
    ['https://firma.pl', 'https://firma.pl'],
    [' firma.pl/kontakt?x=1#y ', 'https://firma.pl'],
    ['HTTP://WWW.Firma.PL:80/', 'http://www.firma.pl'],
    ['http://localhost:8080/a', 'http://localhost:8080'],
    ['https://żółw.pl', 'https://xn--w-uga1v8h.pl'],
    ['', null],
    ['*', null],
    ["https://firma.pl'; script-src *", null],
    ['https://jan:haslo@firma.pl', null],
    ['javascript:alert(1)', null],
    ['https://', null],
  ] as const)
    t.is(originOf(typed), origin, typed);
});

test('the ink upon a colour is the one that is read better', (t) => {
  for (const [colour, ink] of [
    ['#1f5f8b', '#ffffff'],
    ['#7318b6', '#ffffff'],
    ['#ffffff', '#000000'],
    ['#ffd400', '#000000'],
    ['#000000', '#ffffff'],
  ] as const)
    t.is(inkOn(colour), ink, colour);
});

test('the subject is the first line with something in it, cut between words', (t) => {
  t.is(subjectOf('\n  \n  Kiedy przyjdzie rower? \nPozdrawiam'), 'Kiedy przyjdzie rower?');
  const long = `Dzień dobry, ${'bardzo '.repeat(20)}proszę`;
  t.regex(subjectOf(long), /^Dzień dobry, (bardzo )+bardzo…$/);
  t.true(subjectOf(long).length <= 71);
  t.is(subjectOf('x'.repeat(200)), `${'x'.repeat(70)}…`);
  t.true(subjectOf(`${'x'.repeat(69)}😀😀`).isWellFormed());
});
