import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import test from 'ava';
import { createDns } from '../../core/dns/resolver.ts';
import { listenerFor } from '../../plugins/email/test/listening.ts';
import { checked } from '../../plugins/email/test/signed.ts';
import { tempDir } from '../support/temp-dir.ts';
import { mailMaker, SENDING } from './mails.ts';
import { median, percentile, table } from './measure.ts';
import { smtpLoad } from './smtp-load.ts';
import { surroundings, wordsOf } from './surroundings.ts';

test('bench mails have their size, CRLF line ends, no bare dots and an identifier each', async (t) => {
  for (const [size, low, high] of [
    ['4k', 3500, 5500],
    ['200k', 190_000, 215_000],
  ] as const) {
    const maker = await mailMaker(size, 'support@bench.local');
    const [one, two] = [maker.next().toString('latin1'), maker.next().toString('latin1')];
    t.true(maker.bytes > low && maker.bytes < high, `${maker.bytes}`);
    t.false(/[^\r]\n|\r[^\n]/.test(one), 'line ends');
    t.true(one.endsWith('\r\n.\r\n'));
    t.is(one.slice(0, -5).search(/^\./m), -1);
    t.not(/^Message-ID: .*$/m.exec(one)?.[0], /^Message-ID: .*$/m.exec(two)?.[0]);
    t.true(one.split('\r\n').every((line) => line.length <= 998));
  }
});

test('the SMTP load counts only what was answered with 250 after the data', async (t) => {
  let mails = 0;
  const server = createServer((socket) => {
    let inData = false;
    let text = '';
    socket.write('220 test\r\n');
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (inData && !text.endsWith('\r\n.\r\n')) return;
      if (inData) {
        inData = false;
        mails += 1;
        socket.write(mails % 5 === 0 ? '451 later\r\n' : '250 kept\r\n');
      } else if (text.startsWith('DATA')) {
        inData = true;
        socket.write('354 go\r\n');
      } else socket.write(text.startsWith('QUIT') ? '221 bye\r\n' : '250-one\r\n250 ok\r\n');
      text = '';
    });
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  for (const reuse of [true, false]) {
    mails = 0;
    const mail = await mailMaker('4k', 'a@b.test');
    const result = await smtpLoad({ port, to: 'a@b.test', mail, connections: 4, messages: 50, reuse, limitMs: 20_000 });
    t.is(mails, 50);
    t.deepEqual([result.kept, result.failed], [40, 10], `reuse ${reuse}`);
    t.true(result.perSecond > 0 && result.endP99 >= result.endP50);
  }
});

test('bench mails are signed, each copy of them, and vouched for by the DNS of the bench', async (t) => {
  const around = await surroundings([]);
  t.teardown(() => around.stop());
  const dns = createDns({ servers: [around.env['CENTRALA_DNS_SERVERS'] ?? ''] });
  const maker = await mailMaker('4k', 'support@bench.local');
  for (const copy of [maker.next(), maker.next()]) {
    const { spf, dkim, dmarc } = await checked(dns, copy.subarray(0, -3), {
      ip: SENDING.ip,
      mailFrom: `sender@${SENDING.domain}`,
      helo: 'mx1.example.com',
    });
    t.is(spf?.result, 'pass');
    t.deepEqual(
      dkim.map(({ result }) => result),
      ['pass'],
    );
    t.is(dmarc?.result, 'pass');
  }
});

test('the SMTP load speaks TLS when it is told to, on connections it keeps and on new ones', async (t) => {
  const { host, listener } = await listenerFor(t, { server: { tlsFolder: tempDir(t) }, settings: { ownNetworks: '127.0.0.1' } });
  const mail = await mailMaker('4k', 'biuro@firma.test');
  for (const reuse of [true, false]) {
    const load = { port: listener.port, to: 'biuro@firma.test', mail, connections: 3, messages: 9, reuse, secure: true, limitMs: 20_000 };
    t.is((await smtpLoad(load)).kept, 9, `reuse ${reuse}`);
  }
  t.deepEqual([...new Set(host.kept.map(({ envelope }) => envelope['protocol']))], ['ESMTPS']);
});

test('the words of a bench command may come in any order, and one that means nothing is not passed over', (t) => {
  t.deepEqual(wordsOf(['spamd', '4 KB', '2', 'tls'], 5), { rounds: 2, extras: ['tls', 'spamd'], other: '4 KB' });
  t.deepEqual(wordsOf([], 5), { rounds: 5, extras: [], other: '' });
  t.throws(() => wordsOf(['tsl', '4 KB'], 5), { message: /4 KB/ });
});

test('percentiles and tables are what they say', (t) => {
  t.is(median([5, 1, 3]), 3);
  t.is(percentile([1, 2, 3, 4], 0.99), 4);
  t.is(percentile([], 0.5), 0);
  t.is(table(['a', 'b'], [[1, 'x']]), '| a | b |\n| --- | --- |\n| 1 | x |');
});
