import test from 'ava';
import { areUnlike, bareSubject } from '../../core/lib/text.ts';

test('reply and forward marks of many languages are no part of a subject', (t) => {
  for (const marked of [
    'Re: Oferta',
    'ODP: Oferta',
    'Odp.: Oferta',
    'Re: Odp: FW: Oferta',
    'AW: WG: Oferta',
    'SV: VS: Oferta',
    'Re[2]: Oferta',
    'Fwd : Oferta',
    'PD: Oferta',
  ])
    t.is(bareSubject(marked), 'Oferta', marked);
  for (const plain of ['Reklamacja', 'Redukcja: ceny', 'Odpowiedź', 'Sven: hej']) t.is(bareSubject(plain), plain);
});

test('two subjects are unlike when they share neither beginning nor word', (t) => {
  for (const [one, other] of [
    ['Zamówienie 123', 'Zapytanie ofertowe na okna'],
    ['Awaria pralki', 'Faktura za październik'],
  ] as const)
    t.true(areUnlike(one, other), other);
  for (const [one, other] of [
    ['Zamówienie 123', 'Odp: Zamówienie 123'],
    ['Zamówienie 123', 'ZAMOWIENIE 123 - pilne'],
    ['Zamówienie 123', 'Re: [EXTERNAL] Zamówienie 123'],
    ['Awaria pralki', 'Pralki ciąg dalszy'],
    ['Awaria', ''],
    ['', 'Awaria'],
    ['Awaria', 'Re:'],
  ] as const)
    t.false(areUnlike(one, other), other);
});
