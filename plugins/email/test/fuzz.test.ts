import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import test from 'ava';
import { memoryHost } from '../../../test/support/channel-host.ts';
import { cpuMs } from '../../../test/support/cpu-time.ts';
import { deliver, smtpSession } from '../../../test/support/smtp-client.ts';
import interpret from '../inbound/interpret.ts';
import { startListener } from '../inbound/listener.ts';
import { mutated, randomFrom } from './random.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const MAILS = readdirSync(FIXTURES)
  .filter((file) => file.endsWith('.eml'))
  .map((file) => readFileSync(join(FIXTURES, file)));

test('damaged mail is always read as something, with text that can be stored', async (t) => {
  const random = randomFrom(20261124);
  const envelope = { mailFrom: 'a@klient.test', rcptTo: '["biuro@firma.test"]' };
  for (let i = 0; i < 3000; i += 1) {
    const bytes = mutated(MAILS[random(MAILS.length)] ?? Buffer.alloc(0), random);
    const inbox = { address: 'biuro@firma.test', name: 'Biuro' };
    const open = (): Readable => Readable.from([bytes]);
    const started = cpuMs();
    const items = await interpret({ inbox, contentType: 'message/rfc822', envelope, receivedAt: new Date(0), bytes: bytes.length, open });
    if (items.length === 0 || cpuMs() - started > 2000) t.fail(`mail ${i}: ${bytes.toString('base64')}`);
    const texts = JSON.stringify(
      items.map((item) => (item.kind === 'message' ? { ...item, attachments: item.attachments.map(({ filename }) => filename) } : item)),
    );
    if (/\\u0000|\\ud[89a-f]/.test(texts)) t.fail(`mail ${i} cannot be stored: ${bytes.toString('base64')}`);
  }
  t.pass();
});

const COMMANDS = [
  'EHLO x',
  'HELO x',
  'MAIL FROM:<a@klient.test>',
  'RCPT TO:<biuro@firma.test>',
  'RCPT TO:<nobody@firma.test>',
  'DATA',
  'RSET',
  'NOOP',
  'VRFY x',
  'HELP',
  'AUTH LOGIN',
  'STARTTLS',
  'BDAT 10',
  '.',
  'Subject: x',
  '',
  'GET / HTTP/1.1',
  'XCLIENT ADDR=1.2.3.4',
  'PROXY TCP4 1 2 3 4',
  'WIZ',
  'SHELL',
  'MAIL FROM:<> SIZE=99999999999999999999',
  'RCPT TO:<"a b"@firma.test> NOTIFY=NEVER',
  'MAIL FROM:<a@b.test> BODY=8BITMIME SMTPUTF8 RET=FULL',
];

test('300 sessions of nonsense neither stop the listener nor lose the mail behind them', async (t) => {
  const host = memoryHost({ inboxes: { 1: 'biuro@firma.test' }, server: { maxMessageBytes: '100000' } });
  const listener = await startListener(host);
  t.teardown(() => listener.stop());
  const random = randomFrom(42);
  for (let i = 0; i < 300; i += 1) {
    const smtp = await smtpSession(t, listener.port);
    if (random(4) > 0) await smtp.greeting();
    const lines = Array.from({ length: 1 + random(12) }, () => COMMANDS[random(COMMANDS.length)] ?? '');
    const bytes = Buffer.from(`${lines.join(random(10) === 0 ? '\n' : '\r\n')}\r\n`, 'latin1');
    smtp.write(random(3) === 0 ? mutated(bytes, random) : bytes);
    if (random(8) === 0) smtp.write(Buffer.alloc(20_000, random(256)));
    if (random(2) === 0) smtp.destroy();
  }
  await deliver(t, listener.port, { from: 'a@klient.test', to: ['biuro@firma.test'], message: 'Subject: still here\r\n\r\nx' });
  t.true(host.kept.some(({ body }) => body.includes('still here')));
  t.is(listener.health().state, 'ok');
});

test('senders that dawdle do not keep others waiting', async (t) => {
  const host = memoryHost({ inboxes: { 1: 'biuro@firma.test' } });
  const listener = await startListener(host);
  t.teardown(() => listener.stop());
  const slow = await Promise.all(Array.from({ length: 100 }, () => smtpSession(t, listener.port)));
  for (const [index, smtp] of slow.entries()) {
    await smtp.greeting();
    if (index % 2 === 0) smtp.write('EH');
    else {
      await smtp.ehlo();
      await smtp.mailFrom('slow@klient.test');
      await smtp.rcptTo('biuro@firma.test');
      await smtp.say('DATA', '354 ');
      smtp.write('Subject: slow\r\n');
    }
  }
  const started = performance.now();
  await deliver(t, listener.port, { from: 'a@klient.test', to: ['biuro@firma.test'], message: 'Subject: fast\r\n\r\nx' });
  t.true(performance.now() - started < 2000);
  t.is(host.kept.length, 1);
});
