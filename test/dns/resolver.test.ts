import test from 'ava';
import { createDns } from '../../core/dns/resolver.ts';
import { noDns, startDns, type TestDns } from '../support/dns.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

const LONG = `v=DKIM1; k=rsa; p=${'A'.repeat(400)}`;
let server: TestDns;

test.before(async () => {
  server = await startDns(
    {
      'firma.test': {
        a: ['192.0.2.10', '192.0.2.11'],
        txt: ['v=spf1 ip4:192.0.2.0/24 -all', 'a "quoted" text, with a comma'],
        mx: ['10 mx.firma.test'],
      },
      'mx.firma.test': { a: ['192.0.2.20'] },
      's1._domainkey.firma.test': { txt: [LONG] },
      '20.2.0.192.in-addr.arpa': { ptr: 'mx.firma.test' },
      '_25._tcp.mx.firma.test': { tlsa: '3 1 1 0a0b0c' },
      'www.firma.test': { cname: 'firma.test' },
    },
    ['silent.test'],
  );
});
test.after.always(() => server.stop());

const dns = (options = {}) => createDns({ servers: [server.server], ...options });

test('every type of record is read as the real server gives it', async (t) => {
  const { lookup } = dns();
  const a = await lookup('firma.test', 'A');
  t.deepEqual(a.state === 'found' ? [...a.records].sort() : a, ['192.0.2.10', '192.0.2.11']);
  t.like(await lookup('firma.test', 'MX'), { state: 'found', records: [{ exchange: 'mx.firma.test', priority: 10 }] });
  t.deepEqual(await lookup('20.2.0.192.in-addr.arpa', 'PTR'), { state: 'found', records: ['mx.firma.test'] });
  t.deepEqual(await lookup('www.firma.test', 'CNAME'), { state: 'found', records: ['firma.test'] });
  const txt = await lookup('firma.test', 'TXT');
  t.deepEqual(txt.state === 'found' ? txt.records.map((parts) => parts.join('')).sort() : txt, [
    'a "quoted" text, with a comma',
    'v=spf1 ip4:192.0.2.0/24 -all',
  ]);
  const key = await lookup('s1._domainkey.firma.test', 'TXT');
  t.is(key.state === 'found' ? key.records[0]?.join('') : key, LONG);
  const tlsa = await lookup('_25._tcp.mx.firma.test', 'TLSA');
  t.deepEqual(tlsa.state === 'found' ? Buffer.from(tlsa.records[0]?.data ?? new ArrayBuffer()).toString('hex') : tlsa, '0a0b0c');
});

test('a name that is not there and a record that is not there are told apart, and neither is a failure', async (t) => {
  const { lookup } = dns();
  t.deepEqual(await lookup('nobody.test', 'TXT'), { state: 'missing', name: false });
  t.deepEqual(await lookup('mx.firma.test', 'MX'), { state: 'missing', name: true });
  for (const name of ['', 'x'.repeat(300), 'two..dots', '.']) t.is((await lookup(name, 'A')).state, 'missing', `"${name.slice(0, 10)}"`);
});

test('a server that never answers costs no more than the time limit and is not asked again at once', async (t) => {
  const { lookup } = dns({ timeLimitMs: 300 });
  const started = performance.now();
  t.deepEqual(await lookup('a.silent.test', 'A'), { state: 'failed', code: 'ETIMEOUT' });
  t.true(performance.now() - started < 2000);
  const again = performance.now();
  t.is((await lookup('a.silent.test', 'A')).state, 'failed');
  t.true(performance.now() - again < 100);
});

test('without any DNS a question fails at once and nothing is thrown', async (t) => {
  const started = performance.now();
  t.is((await noDns.lookup('firma.test', 'TXT')).state, 'failed');
  t.true(performance.now() - started < 4500);
});

test('an answer is remembered for a while, whatever the case of the name, and asked once when many want it', async (t) => {
  let now = 0;
  const { lookup } = dns({ now: () => now });
  const count = () => server.asked().filter((question) => question === 'A mx.firma.test').length;
  const before = count();
  await Promise.all(['mx.firma.test', 'MX.Firma.test', 'mx.firma.test.'].map((name) => lookup(name, 'A')));
  await lookup('mx.firma.test', 'A');
  t.is(count() - before, 1);
  now += 301_000;
  await lookup('mx.firma.test', 'A');
  t.is(count() - before, 2);
});

test('after forgetting, what was missing is asked anew, also by who had asked and got no answer yet', async (t) => {
  const own = await startDns({ 'firma.test': { a: ['192.0.2.1'] } });
  t.teardown(own.stop);
  const { lookup, forget } = createDns({ servers: [own.server] });
  t.is((await lookup('new.test', 'A')).state, 'missing');
  await own.change({ 'new.test': { a: ['192.0.2.9'] } });
  t.is((await lookup('new.test', 'A')).state, 'missing', 'remembered');
  const underWay = lookup('other.test', 'A');
  forget();
  t.deepEqual(await lookup('new.test', 'A'), { state: 'found', records: ['192.0.2.9'] });
  await Promise.all([underWay, lookup('other.test', 'A')]);
  t.is(own.asked().filter((question) => question === 'A other.test').length, 2);
});

test('no more answers are remembered than the limit, the oldest go first', async (t) => {
  const { lookup } = dns({ maxAnswers: 2 });
  const count = () => server.asked().filter((question) => question === 'TXT one.test').length;
  for (const name of ['one.test', 'two.test', 'three.test', 'one.test']) await lookup(name, 'TXT');
  t.is(count(), 2);
});

test('when nobody is there at all, questions fail at once, and go through again once a server answers', async (t) => {
  const port = await freePort();
  let now = 0;
  const { lookup } = createDns({ servers: [`127.0.0.1:${port}`], now: () => now });
  await lookup('one.test', 'A');
  await until('it is taken for dead', async () => {
    const one = await lookup(`${Math.random()}.test`, 'A');
    return one.state === 'failed' && one.code === 'EDEAD';
  });
  now += 31_000;
  t.deepEqual(await lookup('later.test', 'A'), { state: 'failed', code: 'EDEAD' }, 'nobody waits for the next look');
  const back = await startDns({ 'later.test': { a: ['192.0.2.1'] } }, [], port);
  try {
    const found = await until('it is looked again', async () => {
      now += 31_000;
      const one = await lookup('later.test', 'A');
      return one.state === 'found' ? one : null;
    });
    t.deepEqual(found.records, ['192.0.2.1']);
  } finally {
    await back.stop();
  }
});

test('one name whose own servers are silent does not make the DNS count as dead', async (t) => {
  const { lookup } = dns({ timeLimitMs: 300 });
  for (let n = 0; n < 4; n += 1) t.is((await lookup(`n${n}.silent.test`, 'A')).state, 'failed');
  t.is((await lookup('mx.firma.test', 'A')).state, 'found');
});
