import test from 'ava';
import { watchShape } from '../inbound/shape.ts';
import { FALSE_ENDS, greeted, inData, listenerFor, MAIL } from './listening.ts';

const SECOND = 'MAIL FROM:<admin@firma.test>\r\nRCPT TO:<biuro@firma.test>\r\nDATA\r\nSubject: smuggled\r\n\r\nevil\r\n.\r\n';

test('a mail with a line end other than CR LF is read to its real end and refused, and the session goes on', async (t) => {
  const { host, listener } = await listenerFor(t);
  for (const sequence of FALSE_ENDS) {
    const smtp = await inData(t, listener);
    smtp.write(Buffer.from(`Subject: outer\r\n\r\nlorem${sequence}${SECOND}`, 'latin1'));
    await smtp.reply('550 5.5.2');
    await smtp.mailFrom('anna@klient.test');
    await smtp.rcptTo('biuro@firma.test');
    await smtp.data(MAIL);
    await smtp.quit();
  }
  t.is(host.kept.length, FALSE_ENDS.length);
  t.true(host.kept.every(({ body }) => body.toString() === MAIL));
});

test('NUL beside the final dot ends no message either', async (t) => {
  const { host, listener } = await listenerFor(t);
  for (const sequence of ['\r\n\0.\r\n', '\r\n.\0\r\n']) {
    const smtp = await inData(t, listener);
    smtp.write(Buffer.from(`Subject: outer\r\n\r\nlorem${sequence}${SECOND}`, 'latin1'));
    await smtp.reply('250 2.0.0 kept as ');
    await smtp.quit();
  }
  t.is(host.kept.length, 2);
});

test('a bare newline is found however the message is cut into packets', (t) => {
  const message = Buffer.from('A: b\r\n\r\none\r\ntwo\nthree\r\n');
  for (let cut = 0; cut <= message.length; cut += 1) {
    const shape = watchShape(true);
    shape.see(message.subarray(0, cut));
    shape.see(message.subarray(cut));
    t.regex(shape.problem()?.message ?? '', /^5\.5\.2 Bare/, `cut at ${cut}`);
  }
  const whole = Buffer.from(MAIL);
  for (let cut = 0; cut <= whole.length; cut += 1) {
    const shape = watchShape(true);
    shape.see(whole.subarray(0, cut));
    shape.see(whole.subarray(cut));
    t.is(shape.problem(), null);
  }
});

test('our own machines, and everybody when the administrator says so, may send bare newlines: such a mail is kept as it came', async (t) => {
  for (const settings of [{ ownNetworks: '127.0.0.0/8' }, { bareNewlines: 'accept' }]) {
    const { host, listener } = await listenerFor(t, { settings });
    const smtp = await inData(t, listener);
    smtp.write('Subject: old program\n\nlorem\n.\n.\nipsum\r\n.\r\n');
    await smtp.reply('250 2.0.0');
    t.is(host.kept[0]?.body.toString(), 'Subject: old program\n\nlorem\n.\n.\nipsum\r\n');
  }
});

test('a command that does not end in CR LF ends the session', async (t) => {
  const { listener } = await listenerFor(t);
  for (const line of ['NOOP\n', 'NOOP\r\nNOOP\n', 'NO\rOP\r\n', 'RSET\r\rNOOP\r\n']) {
    const smtp = await greeted(t, listener);
    smtp.write(line);
    await smtp.reply('521 5.5.2');
    await smtp.closed();
  }
});

test('a line end cut between two packets is still one', async (t) => {
  const { listener } = await listenerFor(t);
  const smtp = await greeted(t, listener);
  for (const part of ['NO', 'OP\r', '\n']) {
    smtp.write(part);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await smtp.reply('250 2.0.0');
});

test('a client that does not wait for the answer where it must is not listened to', async (t) => {
  const { host, listener } = await listenerFor(t);
  for (const lines of [
    'EHLO client.test\r\nMAIL FROM:<a@klient.test>\r\n',
    'HELO client.test\r\nMAIL FROM:<a@klient.test>\r\n',
    `MAIL FROM:<a@klient.test>\r\nRCPT TO:<biuro@firma.test>\r\nDATA\r\n${MAIL}.\r\n`,
  ]) {
    const smtp = await greeted(t, listener);
    smtp.write(lines);
    await smtp.reply('554 5.5.0');
    await smtp.closed();
  }
  t.is(host.kept.length, 0);
});

test('what may be pipelined is answered in order, with a stranger too', async (t) => {
  const { host, listener } = await listenerFor(t);
  const smtp = await greeted(t, listener);
  smtp.write('MAIL FROM:<a@klient.test>\r\nRCPT TO:<nobody@firma.test>\r\nRCPT TO:<biuro@firma.test>\r\nDATA\r\n');
  for (const expected of ['250 2.1.0', '550 5.1.1', '250 2.1.5', '354 ']) await smtp.reply(expected);
  smtp.write(`${MAIL}.\r\nMAIL FROM:<a@klient.test>\r\nRCPT TO:<biuro@firma.test>\r\nDATA\r\n`);
  for (const expected of ['250 2.0.0', '250 2.1.0', '250 2.1.5', '354 ']) await smtp.reply(expected);
  smtp.write(`${MAIL}.\r\nQUIT\r\n`);
  for (const expected of ['250 2.0.0', '221 2.0.0']) await smtp.reply(expected);
  t.is(host.kept.length, 2);
});
