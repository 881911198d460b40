import test from 'ava';
import type { OutboundMessage } from '../../../core/plugins/contract.ts';
import { sendMail } from '../outbound/send.ts';
import { returnTokenIn, withReturnToken } from '../return-token.ts';
import { interpreted } from './mails.ts';
import { inboxOf, meansFor, outbound, recipient } from './messages.ts';
import { smtpPeer } from './smtp-peer.ts';

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

for (const [where, script] of [
  ['MAIL', { MAIL: (from: string) => (from === '' ? '501 5.1.7 a sender is needed' : '250 ok') }],
  ['RCPT', { RCPT: () => '554 5.7.1 <>: Sender address rejected: Access denied' }],
] as const)
  test(`a server that refuses the null sender at ${where} is given the return address`, async (t) => {
    const peer = await smtpPeer(t, script);
    const means = meansFor();
    t.teardown(() => means.pools.stop());
    const one = { ...recipient(17, 'anna@klient.test'), returnToken: TOKEN };
    const inbox = inboxOf({ relayUrl: `smtp://127.0.0.1:${peer.port}` });
    const send = (message: OutboundMessage) => sendMail(means, message, inbox, AbortSignal.timeout(20_000));
    const senders = () => peer.commands.filter((line) => line.startsWith('MAIL')).map((line) => /<(.*)>/.exec(line)?.[1]);
    const [result] = await send(outbound({ recipients: [one], automated: true }));
    t.is(result?.outcome.state, where === 'MAIL' ? 'accepted' : 'refused');
    t.deepEqual(senders(), ['', RETURNED]);
  });

test('a recipient who is refused is refused, whoever sends', async (t) => {
  const peer = await smtpPeer(t, { RCPT: () => '550 5.1.1 no such user' });
  const means = meansFor();
  t.teardown(() => means.pools.stop());
  const message = outbound({ recipients: [recipient(17, 'anna@klient.test')], automated: true });
  await sendMail(means, message, inboxOf({ relayUrl: `smtp://127.0.0.1:${peer.port}` }), AbortSignal.timeout(20_000));
  t.is(peer.commands.filter((line) => line.startsWith('MAIL')).length, 1);
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
