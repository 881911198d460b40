// Long because: one transcript of the SMTP dialogue, command by command.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { AppError } from '../../../core/lib/errors.ts';
import { type MemoryHost, type MemoryHostOptions, memoryHost } from '../../../test/support/channel-host.ts';
import { deliver, type SmtpSession, smtpSession } from '../../../test/support/smtp-client.ts';
import { type Listener, startListener } from '../inbound/listener.ts';
import { FALSE_ENDS, MAIL } from './listening.ts';

const INBOXES = { 1: 'biuro@firma.test', 2: 'serwis@firma.test', 3: 'żółw@żółw.test' };

async function listening(t: ExecutionContext, options: MemoryHostOptions = {}): Promise<{ host: MemoryHost; listener: Listener }> {
  const host = memoryHost({ inboxes: INBOXES, ...options });
  const listener = await startListener(host);
  t.teardown(() => listener.stop());
  return { host, listener };
}

async function session(t: ExecutionContext, listener: Listener): Promise<SmtpSession> {
  const smtp = await smtpSession(t, listener.port);
  await smtp.greeting('220 mx.centrala.test ESMTP');
  await smtp.ehlo();
  return smtp;
}

test('a mail for an inbox is kept byte for byte before the sender hears 250', async (t) => {
  const { host, listener } = await listening(t);
  const smtp = await session(t, listener);
  await smtp.mailFrom('anna@klient.test');
  await smtp.rcptTo('biuro@firma.test');
  const answer = await smtp.data(`${MAIL}.dot at the start\r\n`);
  await smtp.quit();
  const [kept] = host.kept;
  t.is(answer, `250 2.0.0 kept as ${kept?.id}`);
  t.is(kept?.body.toString(), `${MAIL}.dot at the start\r\n`);
  t.is(kept?.contentType, 'message/rfc822');
  t.deepEqual(kept?.inboxIds, [1] as never);
  t.deepEqual(kept?.envelope, {
    mailFrom: 'anna@klient.test',
    rcptTo: '["biuro@firma.test"]',
    remoteIp: '127.0.0.1',
    helo: 'client.test',
    protocol: 'ESMTP',
  });
});

test('the greeting comes at once and EHLO tells the size limit, enhanced codes and no AUTH', async (t) => {
  const { listener } = await listening(t, { server: { maxMessageBytes: '70000' } });
  const waits: number[] = [];
  let smtp = await smtpSession(t, listener.port);
  for (let i = 0; i < 10; i += 1) {
    const started = performance.now();
    smtp = await smtpSession(t, listener.port);
    await smtp.greeting();
    waits.push(performance.now() - started);
  }
  t.true(Math.min(...waits) < 80, 'the library alone would wait 100 ms each time');
  const features = (await smtp.ehlo()).split(/\r?\n/).map((line) => line.slice(4));
  for (const feature of ['SIZE 70000', 'ENHANCEDSTATUSCODES', 'PIPELINING', '8BITMIME', 'SMTPUTF8'])
    t.true(features.includes(feature), feature);
  t.false(features.some((feature) => /AUTH|STARTTLS|XCLIENT/.test(feature)));
  await smtp.say('AUTH PLAIN AGEAYg==', '500 5.5.2');
  await smtp.say('STARTTLS', '500 5.5.2');
});

test('an unknown recipient is refused and the known one of the same mail still gets it', async (t) => {
  const { host, listener } = await listening(t);
  const smtp = await session(t, listener);
  await smtp.mailFrom('anna@klient.test');
  await smtp.rcptTo('nobody@firma.test', '550 5.1.1');
  await smtp.say('DATA', '503 5.5.1');
  await smtp.rcptTo('BIURO@Firma.Test');
  await smtp.data(MAIL);
  t.is(host.kept.length, 1);
});

test('nothing is relayed, however the recipient is written', async (t) => {
  const { host, listener } = await listening(t);
  const smtp = await session(t, listener);
  await smtp.mailFrom('spam@evil.test');
  for (const form of [
    'victim@evil.test',
    'victim%evil.test@firma.test',
    'evil.test!victim@firma.test',
    'biuro@[127.0.0.1]',
    'postmaster',
    'biuro@firma.test.evil.test',
  ])
    await smtp.rcptTo(form, '550 5.1.1');
  for (const form of ['@firma.test:victim@evil.test', '@firma.test,@evil.test:victim@evil.test']) await smtp.rcptTo(form, '550 5.1.1');
  for (const form of [
    '"victim@evil.test"@firma.test',
    '"biuro"@firma.test',
    'victim@evil.test@firma.test',
    'a b@firma.test',
    '@',
    'biuro@',
  ])
    await smtp.rcptTo(form, '5');
  await smtp.say('RCPT TO:victim@evil.test', '550 5.1.1');
  await smtp.say('DATA', '503 5.5.1');
  t.is(host.kept.length, 0);
});

test('a plus tag reaches the inbox and is kept in the envelope', async (t) => {
  const { host, listener } = await listening(t);
  await deliver(t, listener.port, { from: 'anna@klient.test', to: ['biuro+r.abcdefgh23456789@firma.test'], message: MAIL });
  t.deepEqual(host.kept[0]?.inboxIds, [1] as never);
  t.is(host.kept[0]?.envelope['rcptTo'], '["biuro+r.abcdefgh23456789@firma.test"]');
});

test('an inbox with an international address is found in both spellings', async (t) => {
  const { host, listener } = await listening(t);
  await deliver(t, listener.port, { from: '', to: ['żółw@xn--w-uga1v8h.test'], message: MAIL });
  await deliver(t, listener.port, { from: '', to: ['żółw@żółw.test'], message: MAIL });
  t.deepEqual(
    host.kept.map(({ inboxIds }) => inboxIds),
    [[3], [3]] as never,
  );
  t.is(host.kept[0]?.envelope['mailFrom'], '');
});

test('one mail for two inboxes is kept once for both', async (t) => {
  const { host, listener } = await listening(t);
  await deliver(t, listener.port, {
    from: 'anna@klient.test',
    to: ['biuro@firma.test', 'serwis@firma.test', 'biuro+x@firma.test'],
    message: MAIL,
  });
  t.deepEqual(
    host.kept.map(({ inboxIds }) => inboxIds),
    [[1, 2]] as never,
  );
});

test('recipients of a mail that was given up do not leak into the next one', async (t) => {
  const { host, listener } = await listening(t);
  const smtp = await session(t, listener);
  await smtp.mailFrom('anna@klient.test');
  await smtp.rcptTo('serwis@firma.test');
  await smtp.say('RSET', '250 2.0.0');
  await smtp.mailFrom('anna@klient.test');
  await smtp.rcptTo('biuro@firma.test');
  await smtp.data(MAIL);
  await smtp.mailFrom('anna@klient.test');
  await smtp.rcptTo('serwis@firma.test');
  await smtp.data(MAIL);
  t.deepEqual(
    host.kept.map(({ inboxIds }) => inboxIds),
    [[1], [2]] as never,
  );
});

test('a mail over the limit is read to its end and refused, announced or not, and the session goes on', async (t) => {
  const { host, listener } = await listening(t, { server: { maxMessageBytes: '1000' } });
  const smtp = await session(t, listener);
  await smtp.say('MAIL FROM:<anna@klient.test> SIZE=1001', '552 5.3.4');
  await smtp.say('MAIL FROM:<anna@klient.test> SIZE=10', '250 2.1.0');
  await smtp.rcptTo('biuro@firma.test');
  await smtp.data('x'.repeat(200_000), '552 5.3.4');
  await smtp.mailFrom('anna@klient.test');
  await smtp.rcptTo('biuro@firma.test');
  await smtp.data(`${'x'.repeat(998)}\r\n`);
  t.deepEqual(
    host.kept.map(({ body }) => body.length),
    [1000],
  );
});

test('a full disk or a lookup that fails asks the sender to come again', async (t) => {
  const { host, listener } = await listening(t);
  const smtp = await session(t, listener);
  await smtp.mailFrom('anna@klient.test');
  host.failLookup(true);
  await smtp.rcptTo('biuro@firma.test', '451 4.3.0');
  host.failLookup(false);
  await smtp.rcptTo('biuro@firma.test');
  host.failKeep(true);
  await smtp.data(MAIL, '451 4.3.0');
  t.is(host.kept.length, 0);
  host.failKeep(false);
  await smtp.mailFrom('anna@klient.test');
  await smtp.rcptTo('biuro@firma.test');
  await smtp.data(MAIL);
  t.is(host.kept.length, 1);
});

test('a nearly full disk is told before a mail is sent, and when it fills up on the way', async (t) => {
  const { host, listener } = await listening(t);
  const smtp = await session(t, listener);
  host.fill(true);
  await smtp.mailFrom('anna@klient.test', '452 4.3.1');
  await smtp.say('RCPT TO:<biuro@firma.test>', '503 5.5.1');
  host.fill(false);
  await smtp.mailFrom('anna@klient.test');
  await smtp.rcptTo('biuro@firma.test');
  host.fill(true);
  host.failKeep(true);
  await smtp.data(MAIL, '452 4.3.1');
  t.is(host.kept.length, 0);
});

test('a sender that breaks off in the middle leaves nothing behind', async (t) => {
  const { host, listener } = await listening(t);
  const smtp = await session(t, listener);
  await smtp.mailFrom('anna@klient.test');
  await smtp.rcptTo('biuro@firma.test');
  await smtp.say('DATA', '354 ');
  smtp.write('From: x\r\n\r\nhalf a mai');
  smtp.destroy();
  await smtp.closed();
  await listener.stop();
  t.is(host.kept.length, 0);
});

test('a sender that trickles for ever is cut off and leaves nothing behind', async (t) => {
  const { host, listener } = await listening(t, { server: { maxDataMs: '200' } });
  const smtp = await session(t, listener);
  await smtp.mailFrom('anna@klient.test');
  await smtp.rcptTo('biuro@firma.test');
  await smtp.say('DATA', '354 ');
  const trickle = setInterval(() => smtp.write('x'), 20);
  t.teardown(() => clearInterval(trickle));
  await smtp.reply('421 4.7.0');
  await smtp.closed();
  t.is(host.kept.length, 0);
});

test('connections over the limit are told to come again', async (t) => {
  const { listener } = await listening(t, { server: { maxConnections: '2' } });
  await session(t, listener);
  const second = await session(t, listener);
  const third = await smtpSession(t, listener.port);
  await third.greeting('421 4.7.0');
  await third.closed();
  await second.quit();
  await second.closed();
  await session(t, listener);
});

test('a session that only guesses addresses is ended', async (t) => {
  const { listener } = await listening(t);
  const smtp = await session(t, listener);
  await smtp.mailFrom('spam@evil.test');
  for (let i = 0; i < 20; i += 1) await smtp.rcptTo(`guess${i}@firma.test`, '550 5.1.1');
  await smtp.rcptTo('guess20@firma.test', '421 4.7.0');
  await smtp.closed();
});

test('none of the smuggling sequences turns one mail into two', async (t) => {
  const { host, listener } = await listening(t);
  const sequences = [...FALSE_ENDS, '\r\n\0.\r\n', '\r\n.\0\r\n'];
  for (const sequence of sequences) {
    const smtp = await session(t, listener);
    await smtp.mailFrom('a@klient.test');
    await smtp.rcptTo('biuro@firma.test');
    await smtp.say('DATA', '354 ');
    smtp.write(
      Buffer.from(
        `Subject: outer\r\n\r\nlorem${sequence}MAIL FROM:<admin@firma.test>\r\nRCPT TO:<biuro@firma.test>\r\nDATA\r\nSubject: smuggled\r\n\r\nevil\r\n.\r\n`,
        'latin1',
      ),
    );
    await smtp.reply('250 2.0.0 kept as ');
    await smtp.quit();
  }
  t.is(host.kept.length, sequences.length);
  t.true(host.kept.every(({ envelope }) => envelope['mailFrom'] === 'a@klient.test'));
});

test('pipelined commands are answered one by one in order', async (t) => {
  const { host, listener } = await listening(t);
  const smtp = await session(t, listener);
  smtp.write('MAIL FROM:<a@klient.test>\r\nRCPT TO:<nobody@firma.test>\r\nRCPT TO:<biuro@firma.test>\r\nDATA\r\n');
  for (const expected of ['250 2.1.0', '550 5.1.1', '250 2.1.5', '354 ']) await smtp.reply(expected);
  smtp.write(`${MAIL}.\r\nQUIT\r\n`);
  await smtp.reply('250 2.0.0 kept as ');
  await smtp.reply('221 2.0.0');
  t.is(host.kept.length, 1);
});

test('stopping lets a mail under way end, dismisses idle sessions and closes the port', async (t) => {
  const { host, listener } = await listening(t);
  const idle = await session(t, listener);
  const busy = await session(t, listener);
  await busy.mailFrom('anna@klient.test');
  await busy.rcptTo('biuro@firma.test');
  await busy.say('DATA', '354 ');
  busy.write(MAIL);
  const stopped = listener.stop();
  await idle.reply('421 4.3.2');
  await idle.closed();
  busy.write('.\r\n');
  await busy.reply('250 2.0.0 kept as ');
  await busy.closed();
  await stopped;
  await listener.stop();
  t.is(host.kept.length, 1);
  t.is(listener.health().state, 'failing');
  const late = await smtpSession(t, listener.port);
  t.is(await late.greeting('(connection closed)'), '(connection closed)');
});

test('a port that is taken is reported as unreachable, an address that is not ours as settings', async (t) => {
  const { listener } = await listening(t);
  const taken = await t.throwsAsync(startListener(memoryHost({ server: { port: String(listener.port) } })), { instanceOf: AppError });
  t.is(taken.code, 'unreachable');
  const foreign = await t.throwsAsync(startListener(memoryHost({ server: { host: '192.0.2.1' } })), { instanceOf: AppError });
  t.is(foreign.code, 'settings');
});

test('swaks, a real SMTP client, delivers a mail with an attachment', async (t) => {
  const { host, listener } = await listening(t);
  const run = promisify(execFile);
  const swaks = [
    '--server',
    `127.0.0.1:${listener.port}`,
    '--from',
    'anna@klient.test',
    '--to',
    'biuro@firma.test',
    '--header',
    'Subject: swaks',
  ];
  const { stdout } = await run('swaks', [...swaks, '--attach', '@/etc/hostname', '--helo', 'klient.test']);
  t.regex(stdout, /<- {2}250 2\.0\.0 kept as /);
  t.regex(host.kept[0]?.body.toString() ?? '', /Subject: swaks/);
});
