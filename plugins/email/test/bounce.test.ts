import test from 'ava';
import { messageIn, reportsIn } from './mails.ts';

const COPY = '--- Below this line is a copy of the message.\n\nReturn-Path: <biuro@firma.test>\nMessage-ID: <tok@firma.test>\n';
const notice = (subject: string, text: string, more = ''): string =>
  `From: MAILER-DAEMON@host.test\nTo: biuro@firma.test\nSubject: ${subject}\n${more}\n${text}\n${COPY}`;
const said = async (text: string) =>
  (await reportsIn(text, { mailFrom: '' })).map(({ about, status, outcome }) => [about.recipient, status, outcome]);

test('a notice of qmail about several recipients says of each what became of it', async (t) => {
  const text = `Hi. This is the qmail-send program at host.test.
I'm afraid I wasn't able to deliver your message to the following addresses.

<anna@klient.test>:
192.0.2.1 does not like recipient.
Remote host said: 552 5.2.2 mailbox full
Giving up on 192.0.2.1.

<jan@drugi.test>:
Sorry, no mailbox here by that name. (#5.1.1)
`;
  t.deepEqual(await said(notice('failure notice', text)), [
    ['anna@klient.test', '5.2.2', 'bounced'],
    ['jan@drugi.test', '5.1.1', 'bounced'],
  ]);
});

test('the field that names the failed is read whole, and each reason goes to whom it is said of', async (t) => {
  const text = `This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  anna@klient.test
    SMTP error from remote mail server after RCPT TO:<anna@klient.test>:
    host mx.klient.test [192.0.2.1]: 550 5.1.1 User unknown
  jan@drugi.test
    retry timeout exceeded
`;
  const failed = 'X-Failed-Recipients: jan@drugi.test, anna@klient.test, anna@klient.test\n';
  t.deepEqual(await said(notice('Mail delivery failed: returning message to sender', text, failed)), [
    ['jan@drugi.test', null, 'bounced'],
    ['anna@klient.test', '5.1.1', 'bounced'],
  ]);
});

test('with one recipient all that the notice says is about it', async (t) => {
  const text = 'Reason: 550 5.1.1 no such user\n\n<anna@klient.test>:\nsee above\n';
  t.deepEqual(await said(notice('failure notice', text)), [['anna@klient.test', '5.1.1', 'bounced']]);
});

test('what a notice quotes of the head of the mail names nobody who failed', async (t) => {
  const text = `Twoja wiadomość nie została dostarczona do:

jan@klient.test

550 5.1.1 Brak takiego konta

Nagłówki wiadomości:
From: Biuro <biuro@firma.test>
Message-ID: <tok@firma.test>
Subject: Oferta
`;
  const [found] = await reportsIn(`From: mailer-daemon@host.test\nSubject: Zwrot =?utf-8?Q?wiadomo=C5=9Bci?=\n\n${text}`, { mailFrom: '' });
  t.like(found, { about: { externalId: 'tok@firma.test', recipient: 'jan@klient.test' }, status: '5.1.1' });
});

test('a notice without a copy is about the mail that it answers, when it gives the words of a mail server', async (t) => {
  const head = 'From: MAILER-DAEMON@host.test\nSubject: Mail delivery failed\nReferences: <old@firma.test> <tok@firma.test>\n';
  const [found] = await reportsIn(`${head}X-Failed-Recipients: jan@klient.test\n\n550 5.1.1 no such user\n`, { mailFrom: '' });
  t.like(found, { about: { externalId: 'tok@firma.test', recipient: 'jan@klient.test' }, status: '5.1.1' });
  t.like(await messageIn(`${head}\nWhat do you mean by that?\n`, { mailFrom: '' }), { machine: 'delivery' });
});
