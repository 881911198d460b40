import test from 'ava';
import { messageIn, multipart, reportsIn } from './mails.ts';

const RETURNED = 'Content-Type: message/rfc822\n\nFrom: biuro@firma.test\nMessage-ID: <tok@firma.test>\nSubject: Oferta\n\ntext';
const status = (...groups: readonly string[]): string =>
  `Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n\n${groups.join('\n\n')}`;
const group = (action: string, recipient = 'anna@klient.test'): string =>
  `Final-Recipient: rfc822; ${recipient}\nAction: ${action}\nStatus: 5.1.1`;
const report = (...parts: readonly string[]): string =>
  `Subject: Undelivered Mail\n${multipart('report', 'Content-Type: text/plain\n\nsorry', ...parts)}`;

test('an action decides the outcome, whatever its spelling', async (t) => {
  for (const [action, outcome] of [
    ['failed', 'bounced'],
    ['FAILED', 'bounced'],
    ['failed (bad address)', 'bounced'],
    ['delayed', 'deferred'],
    ['delivered', 'delivered'],
  ] as const)
    t.like((await reportsIn(report(status(group(action)), RETURNED)))[0], {
      outcome,
      about: { externalId: 'tok@firma.test', recipient: 'anna@klient.test' },
    });
});

test('a report names each recipient it is about and skips the others', async (t) => {
  const found = await reportsIn(
    report(status(group('failed', 'a@x.test'), group('relayed', 'b@x.test'), group('delayed', 'c@x.test')), RETURNED),
  );
  t.deepEqual(
    found.map(({ about, outcome }) => [about.recipient, outcome]),
    [
      ['a@x.test', 'bounced'],
      ['c@x.test', 'deferred'],
    ],
  );
});

test('the original recipient is preferred to the one it was forwarded to', async (t) => {
  const forwarded = `Original-Recipient: rfc822; Anna@klient.test\n${group('failed', 'anna@elsewhere.test')}`;
  t.is((await reportsIn(report(status(forwarded), RETURNED)))[0]?.about.recipient, 'anna@klient.test');
});

test('the id is found in a whole returned message, in its headers alone, and in encoded parts', async (t) => {
  const headersOnly = 'Content-Type: text/rfc822-headers\n\nReceived: x\nMessage-ID:\n <tok@firma.test>\n';
  const encoded = `Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n${Buffer.from('Message-ID: <tok@firma.test>\r\n\r\nx').toString('base64')}`;
  for (const returned of [RETURNED, headersOnly, encoded])
    t.is((await reportsIn(report(status(group('failed')), returned)))[0]?.about.externalId, 'tok@firma.test', returned);
});

test('a report that does not say which mail it is about is shown to people as an automatic message', async (t) => {
  for (const parts of [
    [status(group('failed'))],
    [status(group('failed')), 'Content-Type: text/rfc822-headers\n\nSubject: x\n'],
    [RETURNED],
  ])
    t.true((await messageIn(report(...parts))).automated);
});

test('a complaint about spam is an automatic message', async (t) => {
  const complaint = 'Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n';
  t.true((await messageIn(`From: fbl@provider.test\n${report(complaint, RETURNED)}`)).automated);
});

test('a read receipt counts only when somebody saw the mail', async (t) => {
  const receipt = (disposition: string, id = '<tok@firma.test>'): string =>
    `From: anna@klient.test\n${report(`Content-Type: message/disposition-notification\n\nOriginal-Message-ID: ${id}\nDisposition: ${disposition}\nFinal-Recipient: rfc822; anna@klient.test\n`)}`;
  t.deepEqual(await reportsIn(receipt('manual-action/MDN-sent-manually; displayed')), [
    {
      kind: 'report',
      about: { externalId: 'tok@firma.test', recipient: 'anna@klient.test' },
      outcome: 'read',
      status: null,
      diagnostic: null,
    },
  ]);
  t.true((await messageIn(receipt('automatic-action/MDN-sent-automatically; deleted'))).automated);
  t.true((await messageIn(receipt('manual-action/MDN-sent-manually; displayed', ''))).automated);
});

test('a notice outside the standard is read when a mail system sent it', async (t) => {
  const notice =
    'Subject: Delivery Status Notification (Failure)\n\nThe mail to <anna@klient.test> failed: 550-5.7.1 blocked\n\n----- Original message -----\nMessage-ID: <tok@firma.test>\n';
  const [found] = await reportsIn(`From: MAILER-DAEMON@x.test\n${notice}`);
  t.like(found, { outcome: 'bounced', status: '5.7.1', about: { externalId: 'tok@firma.test', recipient: 'anna@klient.test' } });
  t.like((await reportsIn(`From: x@x.test\n${notice}`, { mailFrom: '' }))[0], { outcome: 'bounced' });
  t.like((await reportsIn(`From: postmaster@x.test\n${notice.replace('failed:', 'is delayed, still being retried:')}`))[0], {
    outcome: 'deferred',
  });
});

test('the same words from a person stay that person’s message', async (t) => {
  const message = await messageIn(
    'From: anna@klient.test\nSubject: Fwd: Delivery Status Notification (Failure)\n\nWhat is this?\n> 550 5.7.1 blocked\n> Message-ID: <tok@firma.test>\n',
    { mailFrom: 'anna@klient.test' },
  );
  t.false(message.automated);
});
