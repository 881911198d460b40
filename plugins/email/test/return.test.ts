import test from 'ava';
import { sendMail } from '../outbound/send.ts';
import { returnTokenIn, withReturnToken } from '../return-token.ts';
import { interpreted } from './mails.ts';
import { inboxOf, meansFor, outbound, recipient } from './messages.ts';
import { type PeerScript, smtpPeer } from './smtp-peer.ts';

const TOKEN = 'd17-0123456789abcdef0123';
const RETURNED = `biuro+b.${TOKEN}@firma.test`;
const envelope = (to: string) => ({ mailFrom: '', rcptTo: JSON.stringify([to]) });
const bounce = (subject: string, body: string, more = '') =>
  `From: MAILER-DAEMON@mx.test\r\nTo: <${RETURNED}>\r\nSubject: ${subject}\r\n${more}\r\n${body}\r\n`;

async function senderOf(t: Parameters<typeof smtpPeer>[0], settings: Record<string, unknown>, message = outbound()): Promise<string> {
  const peer = await smtpPeer(t);
  const means = meansFor();
  t.teardown(() => means.pools.stop());
  const inbox = inboxOf({ relayUrl: `smtp://127.0.0.1:${peer.port}`, ...settings });
  await sendMail(means, message, inbox, AbortSignal.timeout(20_000));
  return peer.mails[0]?.from ?? '';
}

test('the envelope sender names the delivery, with several recipients the message, and nothing when switched off', async (t) => {
  const one = { ...recipient(17, 'anna@klient.test'), returnToken: TOKEN };
  const two = { ...recipient(18, 'jan@klient.test'), returnToken: 'd18-0123456789abcdef0123' };
  const returnToken = 'm5-0123456789abcdef0123';
  t.is(await senderOf(t, {}, outbound({ recipients: [one], returnToken })), RETURNED);
  t.is(await senderOf(t, {}, outbound({ recipients: [one, two], returnToken })), `biuro+b.${returnToken}@firma.test`);
  t.is(await senderOf(t, { returnTokens: false }, outbound({ recipients: [one], returnToken })), 'biuro@firma.test');
  t.is(await senderOf(t, {}), 'biuro@firma.test');
});

test('an automatic answer goes out with the null sender', async (t) => {
  const one = { ...recipient(17, 'anna@klient.test'), returnToken: TOKEN };
  t.is(await senderOf(t, {}, outbound({ recipients: [one], automated: true })), '');
  t.is(await senderOf(t, {}, outbound({ recipients: [one], automated: true, replyToken: null })), RETURNED);
});

/** Senders that a server is given one after the other, and what becomes of the mail. */
async function sendersAt(t: Parameters<typeof smtpPeer>[0], script: PeerScript, automated = false) {
  const peer = await smtpPeer(t, script);
  const means = meansFor();
  t.teardown(() => means.pools.stop());
  const message = outbound({ recipients: [{ ...recipient(17, 'anna@klient.test'), returnToken: TOKEN }], automated });
  const inbox = inboxOf({ relayUrl: `smtp://127.0.0.1:${peer.port}` });
  const [result] = await sendMail(means, message, inbox, AbortSignal.timeout(20_000));
  return [result?.outcome.state, ...peer.commands.flatMap((line) => /^MAIL FROM:<(.*)>/.exec(line)?.[1] ?? [])];
}

test('a server that refuses the null sender is given the return address', async (t) => {
  t.deepEqual(await sendersAt(t, { MAIL: (from) => (from === '' ? '501 5.1.7 whose?' : '250 ok') }, true), ['accepted', '', RETURNED]);
});

test('a server that takes mail from the very address of its customer only is given that', async (t) => {
  const refusal = (from: string) => `553 5.7.1 <${from}>: Sender address rejected: not owned by user biuro@firma.test`;
  const strict = (from: string) => (from === 'biuro@firma.test' ? '250 ok' : refusal(from));
  t.deepEqual(await sendersAt(t, { MAIL: strict }), ['accepted', RETURNED, 'biuro@firma.test']);
  t.deepEqual(await sendersAt(t, { MAIL: strict }, true), ['accepted', '', RETURNED, 'biuro@firma.test']);
  let said = 0;
  const late = () => (said++ === 0 ? refusal(RETURNED) : '250 ok');
  t.deepEqual(await sendersAt(t, { RCPT: late }), ['accepted', RETURNED, 'biuro@firma.test'], 'as Postfix says it, to RCPT');
  t.deepEqual(await sendersAt(t, { MAIL: refusal }), ['refused', RETURNED, 'biuro@firma.test'], 'and to no other');
});

test('a recipient who is refused, or a sender who is put off, is so whoever sends', async (t) => {
  t.deepEqual(await sendersAt(t, { RCPT: () => '550 5.1.1 no such user' }, true), ['refused', '']);
  t.deepEqual(await sendersAt(t, { RCPT: () => '550 5.1.1 no such user' }), ['refused', RETURNED]);
  t.deepEqual(await sendersAt(t, { MAIL: () => '451 4.1.8 sender: later' }), ['deferred', RETURNED]);
});

test('a return address leads back to its token whatever the case, and a stranger’s plus tag is none', (t) => {
  t.is(withReturnToken('biuro@firma.test', TOKEN), RETURNED as never);
  t.is(returnTokenIn(RETURNED.toUpperCase()), TOKEN);
  for (const other of ['biuro@firma.test', 'biuro+b.x@firma.test', `biuro+r.${TOKEN}@firma.test`, 'biuro+b.<x>@firma.test'])
    t.is(returnTokenIn(other), null, other);
  t.is(withReturnToken(`${'b'.repeat(45)}@firma.test`, TOKEN), null, 'longer than a local part may be');
});

test('a bounce to a return address is a report about it even when it quotes nothing', async (t) => {
  const about = { externalId: null, recipient: null, returnToken: TOKEN };
  const plain = bounce('failure notice', 'I could not deliver your message.\r\n550 5.1.1 no such user here');
  t.like((await interpreted(plain, envelope(RETURNED)))[0], { kind: 'report', about, outcome: 'bounced', status: '5.1.1' });
  const odd = bounce('Uwaga!', 'Skrzynka adresata jest pełna (5.2.2).');
  t.like((await interpreted(odd, envelope(RETURNED)))[0], { kind: 'report', about, outcome: 'bounced', status: '5.2.2' });
  const standard = `From: <>\r\nSubject: x\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\nFinal-Recipient: rfc822; anna@klient.test\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--\r\n`;
  t.like((await interpreted(standard, envelope(RETURNED)))[0], {
    kind: 'report',
    about: { externalId: null, recipient: 'anna@klient.test', returnToken: TOKEN },
    outcome: 'bounced',
  });
  t.is(
    await interpreted(plain, envelope('biuro@firma.test')).then(([item]) => item?.kind),
    'report',
    'the To field still carries the token',
  );
  t.is((await interpreted(plain.replace(RETURNED, 'biuro@firma.test'), envelope('biuro@firma.test')))[0]?.kind, 'message');
});

test('an automatic answer or a person who writes to a return address is a message, not a bounce', async (t) => {
  for (const mail of [
    bounce('Urlop', 'Wracam w poniedziałek. Tel. 500 100 200, pokój 5.1.1', 'Auto-Submitted: auto-replied\r\n').replace(
      'MAILER-DAEMON@mx.test',
      'anna@klient.test',
    ),
    bounce('Urlop', 'Wracam w poniedziałek, tel. 550 100 200').replace('MAILER-DAEMON@mx.test', 'anna@klient.test'),
  ])
    t.is((await interpreted(mail, envelope(RETURNED)))[0]?.kind, 'message');
  const person = bounce('Re: Oferta', 'status 5.1.1').replace('MAILER-DAEMON@mx.test', 'anna@klient.test');
  t.is((await interpreted(person, { mailFrom: 'anna@klient.test', rcptTo: JSON.stringify([RETURNED]) }))[0]?.kind, 'message');
});
