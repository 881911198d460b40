import test from 'ava';
import { foldedName, type Ours, pretencesAgainstUs } from '../../core/ingest/pretences.ts';
import type { Authentication } from '../../core/lib/authentication.ts';

const OURS: Ours = {
  domains: new Set(['firma.test']),
  addresses: new Set(['biuro@firma.test', 'anna@firma.test']),
  names: new Set(['Anna Żółkiewska', 'Firma Sprzątająca'].map(foldedName).filter((name) => name !== null)),
};
const UNCONFIRMED: Authentication = {
  origin: 'outside',
  ip: '192.0.2.66',
  helo: 'x.test',
  fromDomain: null,
  spf: { result: 'none', domain: 'x.test', aligned: false },
  dkim: [],
  dmarc: { result: 'none', policy: null, domain: null },
  arc: null,
  pretences: [],
};
const against = (address: string, name: string | null, rest: Partial<Authentication> = {}) =>
  pretencesAgainstUs({ ...UNCONFIRMED, ...rest }, { address, name }, OURS);

test('the name of one of us with a foreign address is a pretence, however it is written', (t) => {
  for (const name of ['Anna Żółkiewska', 'ŻÓŁKIEWSKA, Anna', 'anna zolkiewska', 'Firma Sprzątająca'])
    t.deepEqual(against('anna@gmail.test', name), ['our_name'], name);
  for (const name of ['Anna', 'Anna Nowak', null, '']) t.deepEqual(against('anna@gmail.test', name), [], String(name));
  t.deepEqual(against('anna@gmail.test', 'Anna Żółkiewska', { origin: 'own' }), []);
});

test('our own domain without any confirmation is a pretence, unless the DNS could not be asked or DMARC says it already', (t) => {
  t.deepEqual(against('szef@firma.test', 'Szef'), ['our_domain']);
  t.deepEqual(against('szef@firma.test', 'Szef', { spf: { result: 'pass', domain: 'firma.test', aligned: true } }), []);
  t.deepEqual(against('szef@firma.test', 'Szef', { dkim: [{ result: 'pass', domain: 'firma.test', selector: 's', aligned: true }] }), []);
  t.deepEqual(against('szef@firma.test', 'Szef', { dmarc: { result: 'temperror', policy: null, domain: null } }), []);
  t.deepEqual(against('szef@firma.test', 'Szef', { pretences: ['dmarc'] }), []);
  t.deepEqual(against('anna@firma.test', 'Anna Żółkiewska', { origin: 'own' }), [], 'written inside');
});

test('an address of another domain in the name is a pretence, its own is not', (t) => {
  t.deepEqual(against('x@evil.test', 'kontakt@bank.test'), ['other_address']);
  t.deepEqual(against('x@evil.test', 'Bank <kontakt@bank.test>'), ['other_address']);
  t.deepEqual(against('jan@klient.test', 'jan@klient.test'), []);
  t.deepEqual(against('jan@klient.test', 'biuro@klient.test'), []);
  t.deepEqual(against('jan@klient.test', '@jan @nowak'), []);
});
