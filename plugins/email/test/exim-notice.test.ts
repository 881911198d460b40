import test from 'ava';
import { multipart, reportsIn } from './mails.ts';

/** What Exim 4.96 of Debian sent back, with its fields in its own order. */
const bounce = (failed: string, words: string, ...groups: readonly string[]): string => {
  const parts = multipart(
    'report; report-type=delivery-status',
    `Content-type: text/plain; charset=us-ascii\n\nThis message was created automatically by mail delivery software.\n\n${words}\n`,
    `Content-type: message/delivery-status\n\nReporting-MTA: dns; mx.exim.test\n\n${groups.join('\n')}`,
    'Content-type: message/rfc822\n\nFrom: biuro@firma.test\nMessage-ID: <odp1@firma.test>\n\nTresc\n',
  );
  const head = `${failed === '' ? '' : `X-Failed-Recipients: ${failed}\n`}From: Mail Delivery System <Mailer-Daemon@exim.test>\nTo: biuro@firma.test`;
  return `${head}\n${parts}`;
};
const group = (action: string, address: string, more = ''): string =>
  `Action: ${action}\nFinal-Recipient: rfc822;${address}\nStatus: ${action === 'failed' ? '5' : '4'}.0.0\n${more}`;
const said = async (mail: string) =>
  (await reportsIn(mail, { mailFrom: '' })).map(({ about, status, diagnostic }) => [about.recipient, about.passedOnTo, status, diagnostic]);

const SEVERAL = `A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  nobody@sink.test
    host 127.0.0.1 [127.0.0.1]
    SMTP error from remote mail server after RCPT TO:<nobody@sink.test>:
    550 5.1.1 User unknown in virtual mailbox table
  b@failing.test
    (generated from b@alias.test)
    Unknown user b \\342\\200\\223 konto usuni\\304\\231te
  an undisclosed address
    (generated from c@alias.test)
    Unrouteable address
  a@failing.test
    Domain failing.test has exceeded the max defers and failures
    per hour (5/5 (100%)) allowed. Message discarded.`;

test('of an address that failed at Exim itself the reason is read in its words, and where the mail had gone on to', async (t) => {
  const mail = bounce(
    'nobody@sink.test,\n  b@failing.test,\n  c@alias.test,\n  a@failing.test',
    SEVERAL,
    group('failed', 'a@failing.test'),
    group('failed', 'b@alias.test'),
    group('failed', 'c@alias.test'),
    group('failed', 'nobody@sink.test', 'Diagnostic-Code: smtp; 550 5.1.1 User unknown in virtual mailbox table\n'),
  );
  t.deepEqual(await said(mail), [
    [
      'a@failing.test',
      undefined,
      '5.0.0',
      'Domain failing.test has exceeded the max defers and failures per hour (5/5 (100%)) allowed. Message discarded.',
    ],
    ['b@alias.test', 'b@failing.test', '5.0.0', 'Unknown user b – konto usunięte'],
    ['c@alias.test', 'an undisclosed address', '5.0.0', 'Unrouteable address'],
    ['nobody@sink.test', undefined, '5.1.1', '550 5.1.1 User unknown in virtual mailbox table'],
  ]);
});

test('why a mail is late at Exim is read in its words as well', async (t) => {
  const words = 'The address to which the message has not yet been delivered is:\n\n  busy@defer.test\n    Delay reason: mailbox busy';
  t.deepEqual(await said(bounce('', words, group('delayed', 'busy@defer.test'))), [
    ['busy@defer.test', undefined, '4.0.0', 'mailbox busy'],
  ]);
});
