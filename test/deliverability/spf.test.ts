import test, { type ExecutionContext } from 'ava';
import { checkMx } from '../../core/deliverability/check-mx.ts';
import { checkSpf } from '../../core/deliverability/check-spf.ts';
import { evaluateSpf } from '../../core/deliverability/spf.ts';
import type { CheckResult, DomainFacts } from '../../core/deliverability/types.ts';
import { createDns } from '../../core/dns/resolver.ts';
import { startDns, type Zone } from '../support/dns.ts';

const OURS = '93.184.215.7';
const RELAY = 'smtp.dostawca.test';
const FACTS: DomainFacts = {
  domain: 'firma.test',
  addresses: ['biuro@firma.test'],
  relays: [RELAY],
  isDirect: false,
  helloName: 'poczta.firma.test',
  keys: [],
};

async function world(t: ExecutionContext, zones: Readonly<Record<string, Zone>>) {
  const served = await startDns({ [RELAY]: { a: [OURS] }, ...zones });
  t.teardown(served.stop);
  return createDns({ servers: [served.server] });
}

async function look(
  t: ExecutionContext,
  record: string | null,
  more: Readonly<Record<string, Zone>> = {},
  facts: Partial<DomainFacts> = {},
) {
  const dns = await world(t, { 'firma.test': record === null ? {} : { txt: [record] }, ...more });
  return checkSpf(dns, { ...FACTS, ...facts });
}

const said = ({ state, finding }: CheckResult): string => `${state} ${finding}`;

/** A record of `count` questions that all find nobody. */
const questions = (count: number): string => Array.from({ length: count }, (_, n) => `a:h${n}.example.test`).join(' ');

test('of several SPF records one is offered that lets in whoever one of them does, and our own senders, or none where that is not certain', async (t) => {
  const joined: readonly (readonly [records: readonly string[], offered: string | null])[] = [
    [['v=spf1 -all', 'v=spf1 mx -all'], 'v=spf1 mx a:smtp.dostawca.test -all'],
    [
      ['v=spf1 include:a.h.test ~all', 'v=spf1 MX Include:A.h.test ip4:192.0.2.7 -all'],
      'v=spf1 MX Include:A.h.test ip4:192.0.2.7 a:smtp.dostawca.test ~all',
    ],
    [['v=spf1 a:smtp.dostawca.test -all ip4:192.0.2.9', 'v=spf1 mx ?all'], 'v=spf1 a:smtp.dostawca.test mx ?all'],
    [['v=spf1 mx +all', 'v=spf1 a:smtp.dostawca.test'], 'v=spf1 a:smtp.dostawca.test mx ~all'],
    [['v=spf1 redirect=a.h.test', 'v=spf1 mx -all'], 'v=spf1 mx include:a.h.test a:smtp.dostawca.test ~all'],
    [['v=spf1 -ip4:192.0.2.7 mx -all', 'v=spf1 a -all'], null],
    [['v=spf1 mx exp=why.h.test -all', 'v=spf1 a -all'], null],
    [['v=spf1 nonsense -all', 'v=spf1 a -all'], null],
    [['v=spf1 include:missing.h.test -all', 'v=spf1 mx -all'], null],
    [
      [
        `v=spf1 ${Array.from({ length: 6 }, (_, n) => `a:a${n}.h.test`).join(' ')} -all`,
        `v=spf1 ${Array.from({ length: 6 }, (_, n) => `a:b${n}.h.test`).join(' ')} -all`,
      ],
      null,
    ],
  ];
  for (const [txt, offered] of joined) {
    const dns = await world(t, {
      'firma.test': { txt: [...txt], mx: ['10 mx.h.test'] },
      'a.h.test': { txt: ['v=spf1 ip4:192.0.2.3 -all'] },
    });
    const { finding, record } = await checkSpf(dns, FACTS);
    t.deepEqual([finding, record?.value ?? null], ['several', offered], txt.join(' | '));
  }
});

test('A mistake anywhere in the record voids it, also behind what lets us in', async (t) => {
  for (const term of ['ipv4:1.2.3.4', 'ip4:poczta.firma.test', 'ip4:1.2.3', 'a:poczta', 'include', 'all/24', 'include:%{x}.test']) {
    t.is(said(await look(t, `v=spf1 a:${RELAY} ${term} ~all`)), 'bad broken', term);
  }
  t.is(said(await look(t, `v=spf1 a:${RELAY} exp=why.firma.test other=thing ~all`)), 'ok right');
  t.is(said(await look(t, 'v=spf1 ipv4:1.2.3.4 ~all', {}, { relays: [] })), 'bad broken');
});

test('Macros, as services that manage a record use them, are looked up', async (t) => {
  const reversed = OURS.split('.').toReversed().join('.');
  const managed = { [`${OURS}.spf.zarzadca.test`]: { txt: ['v=spf1 exists:%{ir}.%{v}.%{d2}.lista.test -all'] } };
  const listed = { ...managed, [`${reversed}.in-addr.zarzadca.test.lista.test`]: { a: ['127.0.0.2'] } };
  t.is(said(await look(t, 'v=spf1 include:%{i}.spf.zarzadca.test -all', listed)), 'ok right');
  t.is(said(await look(t, 'v=spf1 redirect=%{i}.spf.zarzadca.test', listed)), 'ok right');
  t.is(said(await look(t, 'v=spf1 include:%{i}.spf.zarzadca.test -all', managed)), 'warn not_relay');
  const dns = await world(t, { 'postmaster.firma.test.h.test': { a: ['127.0.0.2'] }, '1.0.0.2.ip6.h.test': { a: ['127.0.0.2'] } });
  for (const [name, address] of [
    ['%{l}.%{o}.h.test', OURS],
    ['%{i4r}.%{v}.h.test', '2001:db8::1'],
  ] as const)
    t.is((await evaluateSpf(dns, 'firma.test', `v=spf1 exists:${name} -all`, address)).verdict, 'pass', name);
});

test('What “redirect” leads to is a question too, and has to be there', async (t) => {
  const ten = { 'inny.test': { txt: [`v=spf1 ${questions(10)} -all`] } };
  t.is(said(await look(t, 'v=spf1 redirect=inny.test', ten)), 'bad too_many');
  t.is(said(await look(t, 'v=spf1 redirect=brak.test')), 'bad broken');
});

test('A record with too many questions behind our own server fails for the others that it names', async (t) => {
  const many = await look(t, `v=spf1 a:${RELAY} ${questions(10)} -all`);
  t.is(said(many), 'warn too_many');
  const ten = await look(t, `v=spf1 a:${RELAY} ${questions(9)} -all`);
  t.deepEqual([said(ten), ten.values], ['ok right', { n: 10 }]);
});

test('The record to paste stays within ten questions', async (t) => {
  const full = await look(t, `v=spf1 ${questions(10)} -all`);
  t.is(said(full), 'warn not_relay');
  t.is(full.record?.value, `v=spf1 ${questions(10)} ip4:${OURS} -all`);
  const google = { relays: ['smtp.gmail.com'] };
  const zones = { 'smtp.gmail.com': { a: [OURS] }, '_spf.google.com': { txt: ['v=spf1 ip4:93.184.216.0/24 ~all'] } };
  const crowded = await look(t, `v=spf1 ${questions(10)} -all`, zones, google);
  t.is(said(crowded), 'warn no_room');
  t.is(crowded.record, null);
});

test('A provider known here is let in by the record that it names', async (t) => {
  const google = { relays: ['smtp.gmail.com'] };
  const zones = { 'smtp.gmail.com': { a: [OURS] }, '_spf.google.com': { txt: ['v=spf1 ip4:93.184.216.0/24 ~all'] } };
  t.is((await look(t, null, zones, google)).record?.value, 'v=spf1 mx include:_spf.google.com ~all');
  t.is((await look(t, 'v=spf1 mx ~all', zones, google)).record?.value, 'v=spf1 mx include:_spf.google.com ~all');
  t.is(said(await look(t, 'v=spf1 include:_spf.google.com ~all', zones, google)), 'ok right');
  const through = { ...zones, 'spf.firma.test': { txt: ['v=spf1 include:_spf.google.com -all'] } };
  t.is(said(await look(t, 'v=spf1 redirect=spf.firma.test', through, google)), 'ok right');
});

test('A record to paste never names what others cannot look up', async (t) => {
  const nameless = await look(t, null, {}, { relays: [], isDirect: true, helloName: '3f2a91c0' });
  t.deepEqual([said(nameless), nameless.record], ['bad missing_inside', null]);
  const mx = await checkMx(await world(t, {}), { ...FACTS, helloName: '3f2a91c0' });
  t.deepEqual([said(mx), mx.record], ['bad missing', null]);
  const inside = await look(t, null, { 'postfix.lan.test': { a: ['192.168.1.9'] } }, { relays: ['postfix.lan.test'] });
  t.is(said(inside), 'bad missing_inside');
  t.is(inside.record, null);
  t.is(said(await look(t, null, {}, { relays: ['10.0.0.5'] })), 'bad missing_inside');
});
