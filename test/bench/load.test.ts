import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import test from 'ava';
import { mailMaker } from './mails.ts';
import { median, percentile, table } from './measure.ts';
import { smtpLoad } from './smtp-load.ts';

test('bench mails have their size, CRLF line ends, no bare dots and an identifier each', (t) => {
  for (const [size, low, high] of [
    ['4k', 3500, 5500],
    ['200k', 190_000, 215_000],
  ] as const) {
    const maker = mailMaker(size, 'support@bench.local');
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
    const mail = mailMaker('4k', 'a@b.test');
    const result = await smtpLoad({ port, to: 'a@b.test', mail, connections: 4, messages: 50, reuse, limitMs: 20_000 });
    t.is(mails, 50);
    t.deepEqual([result.kept, result.failed], [40, 10], `reuse ${reuse}`);
    t.true(result.perSecond > 0 && result.endP99 >= result.endP50);
  }
});

test('percentiles and tables are what they say', (t) => {
  t.is(median([5, 1, 3]), 3);
  t.is(percentile([1, 2, 3, 4], 0.99), 4);
  t.is(percentile([], 0.5), 0);
  t.is(table(['a', 'b'], [[1, 'x']]), '| a | b |\n| --- | --- |\n| 1 | x |');
});
