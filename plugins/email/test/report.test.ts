import test from 'ava';
import { isRecipientGone } from '../../../core/blocked-addresses/permanent.ts';
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

test('the status in the words of the other server counts, not what the reporting one made of it', async (t) => {
  const said = async (Status: string, code: string) =>
    (await reportsIn(report(status(`${group('failed').replace('5.1.1', Status)}\nDiagnostic-Code: smtp; ${code}`), RETURNED)))[0]?.status;
  t.is(await said('5.0.0', '550-5.1.1 no such user\n 550 5.1.1 really'), '5.1.1');
  t.is(await said('5.0.0', '5.1.0 - Unknown address error 550-"5.7.1 blocked"'), '5.7.1', 'as IronPort writes it');
  t.is(await said('5.0.0', '550 no such user'), '5.0.0');
  t.is(await said('5.0.0', '421 4.7.0 too busy'), '5.0.0', 'of another class');
  t.is(await said('5.1.1', '550 5.7.1 IP address blacklisted by recipient'), '5.7.1', 'as Sendmail writes it');
  t.is(await said('5.1.1', '552 5.2.2 Over quota'), '5.2.2');
  t.is(await said('5.4.4', 'Name service error for name=klient.test'), '5.4.4');
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
  t.like((await reportsIn(report(status(forwarded), RETURNED)))[0]?.about, {
    recipient: 'anna@klient.test',
    passedOnTo: 'anna@elsewhere.test',
  });
});

test('where a mail was passed on to is read as Exim writes it, too', async (t) => {
  const passedOnTo = async (failed: string) =>
    (await reportsIn(`X-Failed-Recipients: ${failed}\n${report(status(group('failed')), RETURNED)}`))[0]?.about.passedOnTo;
  t.is(await passedOnTo('gone@elsewhere.test'), 'gone@elsewhere.test');
  t.is(await passedOnTo('Anna@klient.test'), undefined);
  t.is(await passedOnTo('other@klient.test, anna@klient.test'), undefined, 'one of several');
  t.is((await reportsIn(report(status(group('failed')), RETURNED)))[0]?.about.passedOnTo, undefined);
});

test('the id is found in a whole returned message, in its headers alone, and in encoded parts', async (t) => {
  const headersOnly = 'Content-Type: text/rfc822-headers\n\nReceived: x\nMessage-ID:\n <tok@firma.test>\n';
  const encoded = `Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n${Buffer.from('Message-ID: <tok@firma.test>\r\n\r\nx').toString('base64')}`;
  for (const returned of [RETURNED, headersOnly, encoded])
    t.is((await reportsIn(report(status(group('failed')), returned)))[0]?.about.externalId, 'tok@firma.test', returned);
});

test('a report that does not say which mail it is about is a report all the same, about nothing', async (t) => {
  for (const parts of [[status(group('failed'))], [status(group('failed')), 'Content-Type: text/rfc822-headers\n\nSubject: x\n']])
    t.like((await reportsIn(report(...parts)))[0], { outcome: 'bounced', about: { externalId: null, recipient: 'anna@klient.test' } });
});

test('a report without anything that a machine can read is shown to people as a mail server’s message', async (t) => {
  t.like(await messageIn(report(RETURNED)), { automated: true, machine: 'delivery' });
});

test('that a mail only went on is noted when the report says nothing else', async (t) => {
  for (const action of ['relayed', 'expanded'])
    t.like((await reportsIn(report(status(group(action)), RETURNED)))[0], { outcome: 'noted', about: { externalId: 'tok@firma.test' } });
});

test('a complaint about spam is a report on the mail that it complains about', async (t) => {
  const feedback = (type: string) =>
    `From: fbl@provider.test\n${report(`Content-Type: message/feedback-report\n\nFeedback-Type: ${type}\nUser-Agent: x/1\nVersion: 1\nOriginal-Rcpt-To: <anna@klient.test>\n`, RETURNED)}`;
  for (const type of ['abuse', 'fraud', 'Opt-Out', 'other'])
    t.deepEqual(await reportsIn(feedback(type)), [
      {
        kind: 'report',
        about: { externalId: 'tok@firma.test', recipient: 'anna@klient.test' },
        outcome: 'complained',
        status: null,
        diagnostic: null,
      },
    ]);
  for (const type of ['auth-failure', 'not-spam', '']) t.like(await messageIn(feedback(type)), { automated: true, machine: 'feedback' });
});

test('a read receipt says read only when somebody saw the mail', async (t) => {
  const receipt = (disposition: string, id = '<tok@firma.test>'): string =>
    `From: anna@klient.test\n${report(`Content-Type: message/disposition-notification\n\nOriginal-Message-ID: ${id}\nDisposition: ${disposition}\nFinal-Recipient: rfc822; anna@klient.test\n`)}`;
  const about = { externalId: 'tok@firma.test', recipient: 'anna@klient.test' };
  const plain = { kind: 'report' as const, status: null, diagnostic: null };
  t.deepEqual(await reportsIn(receipt('manual-action/MDN-sent-manually; displayed')), [{ ...plain, about, outcome: 'read' }]);
  t.deepEqual(await reportsIn(receipt('automatic-action/MDN-sent-automatically; deleted')), [{ ...plain, about, outcome: 'noted' }]);
  t.like((await reportsIn(receipt('manual-action/MDN-sent-manually; displayed', '')))[0], { about: { externalId: null } });
  t.like(await messageIn(receipt('')), { automated: true });
});

/** As Dovecot writes it for a mail that it may not keep, and Pigeonhole for the `reject` of a Sieve script (RFC 5429 section 2.1). */
const rejected = (subject: string, words: string, more = 'Auto-Submitted: auto-replied (rejected)\nPrecedence: bulk\n'): string =>
  `From: Postmaster <postmaster@klient.test>\nTo: <biuro@firma.test>\nSubject: ${subject}\n${more}${multipart(
    'report; report-type=disposition-notification',
    `Content-Type: text/plain; charset=utf-8\nContent-Disposition: inline\n\n${words}`,
    'Content-Type: message/disposition-notification\n\nReporting-UA: mail.klient.test; Dovecot Mail Delivery Agent\nFinal-Recipient: rfc822; anna@klient.test\nOriginal-Message-ID: <tok@firma.test>\nDisposition: automatic-action/MDN-sent-automatically; deleted\n',
    'Content-Type: message/rfc822\n\nFrom: biuro@firma.test\nSubject: Re: Pralka\nMessage-ID: <tok@firma.test>\n',
  )}`;

test('a mail that the recipient’s server or his filter rejected by a notice about reading has come back, with the reason', async (t) => {
  const about = { externalId: 'tok@firma.test', recipient: 'anna@klient.test' };
  const bounced = { kind: 'report' as const, about, outcome: 'bounced' as const, status: null };
  const [byDovecot] = await reportsIn(
    rejected('Rejected: Re: Pralka', 'Your message to <anna@klient.test> was automatically rejected:\nPermission denied'),
  );
  t.deepEqual(byDovecot, { ...bounced, diagnostic: 'Your message to <anna@klient.test> was automatically rejected: Permission denied' });
  for (const words of [
    'Your message was automatically rejected by Sieve, a mail\nfiltering language.\n\nThe following reason was given:\nNie przyjmuje ofert.',
    "The message was refused by the recipient's mail filtering program. The reason given was as follows:\n\nNie przyjmuje ofert.",
  ])
    t.like((await reportsIn(rejected('Automatically rejected mail', words, '')))[0], {
      ...bounced,
      diagnostic: words.replace(/\s+/g, ' '),
    });
  t.is(isRecipientGone(null, byDovecot?.diagnostic ?? null), false, 'he gets other mail');
  const unread = rejected('Not read: Re: Pralka', 'Your message was deleted without being read.', '');
  t.like((await reportsIn(unread))[0], { outcome: 'noted', diagnostic: null });
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
