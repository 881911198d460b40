import test from 'ava';
import type { Machine } from '../../../core/plugins/contract.ts';
import { addresses, mailboxes } from '../inbound/addresses.ts';
import { originOf } from '../inbound/classify.ts';
import { parseMime } from '../inbound/mime.ts';
import { messageId, references } from '../inbound/references.ts';
import { replyTokenIn, withReplyToken } from '../reply-token.ts';
import { readEmailSettings } from '../settings.ts';

const mail = (...fields: string[]) => parseMime(Buffer.from(`${fields.join('\r\n')}\r\n\r\nx`));

test('machine-made mail is told by what machines write', (t) => {
  const automatic: string[][] = [
    ['Auto-Submitted: auto-replied'],
    ['Auto-Submitted: auto-generated; type=x'],
    ['Precedence: bulk'],
    ['Precedence: bulk', 'In-Reply-To: <a@firma.test>'],
    ['Precedence: list'],
    ['Precedence: auto_reply'],
    ['List-Id: <a.b>'],
    ['List-Unsubscribe: <mailto:x@y.test>'],
    ['X-Autoreply: yes'],
    ['X-Auto-Response-Suppress: All'],
    ['X-Auto-Response-Suppress: DR, OOF, AutoReply'],
    ['Return-Path: <>'],
    ['From: MAILER-DAEMON'],
    ['From: Mail Delivery Subsystem <postmaster@x.test>'],
    ['Subject: Out of Office: holidays'],
    ['Subject: =?utf-8?Q?Automatyczna_odpowied=C5=BA=3A_x?='],
    ['Content-Type: multipart/report; report-type=delivery-status; boundary=b'],
  ];
  for (const fields of automatic) t.true(originOf(mail(...fields), 'a@x.test').automated, fields.join());
  t.true(originOf(mail('From: anna@x.test'), '').automated, 'null sender');
});

test('people are not taken for machines', (t) => {
  const people: string[][] = [
    ['From: Anna <anna@x.test>', 'Subject: Pytanie o fakturę'],
    ['Auto-Submitted: no', 'From: anna@x.test'],
    ['Precedence: normal'],
    ['Precedence: list', 'List-Id: <biuro.klient.test>', 'In-Reply-To: <a@firma.test>', 'From: anna@x.test'],
    ['X-Auto-Response-Suppress: DR', 'From: anna@x.test'],
    ['Subject: Re: Automatyczna pralka', 'From: anna@x.test'],
    ['Subject: =?utf-8?Q?Re=3A_Automatyczna_odpowied=C5=BA?=', 'From: anna@x.test'],
    ['Subject: =?utf-8?Q?Autoresponder_nie_dzia=C5=82a?=', 'From: anna@x.test'],
    ['Subject: =?utf-8?Q?Automatyczna_odpowied=C5=BA_nie_dzia=C5=82a?=', 'From: anna@x.test'],
    ['Subject: Auto response does not come', 'From: anna@x.test'],
    ['Subject: Automatic responses: how often?', 'From: anna@x.test'],
    ['Subject: =?utf-8?Q?Nieobecno=C5=9B=C4=87_kuriera?=', 'From: anna@x.test'],
    ['Subject: =?utf-8?Q?Re=3A_Nieobecno=C5=9B=C4=87_w_biurze?=', 'From: anna@x.test', 'In-Reply-To: <a@firma.test>'],
    ['Subject: Jestem na urlopie, kiedy dostawa?', 'From: anna@x.test'],
    ['Subject: =?utf-8?Q?Nieobecno=C5=9B=C4=87_kuriera?=', 'From: anna@x.test', 'References: <a@firma.test>'],
    ['Subject: Autoresponder', 'From: anna@x.test'],
    ['Subject: Zwrot towaru', 'From: anna@x.test'],
    ['Subject: =?utf-8?Q?Niedostarczona_przesy=C5=82ka?=', 'From: anna@x.test'],
    ['Subject: Fwd: Undelivered Mail Returned to Sender', 'From: anna@x.test'],
    ['From: Daemon Kowalski <daemon@x.test>'],
    ['Feedback-ID: i56a14606:Fastmail', 'From: anna@x.test'],
    [
      'Feedback-ID: 1.eu-central-1.dpZ3+4zb8Tw1/c7xkFZPskvGKx=:AmazonSES',
      'X-SES-Outgoing: 2026.11.30-54.240.27.52',
      'From: formularz@x.test',
    ],
    ['Subject: Auto: Skoda Octavia 2015, pytanie', 'From: anna@x.test'],
  ];
  for (const fields of people)
    t.deepEqual(originOf(mail(...fields), 'anna@x.test'), { automated: false, machine: null, fromMailSystem: false }, fields.join());
});

test('every kind of machine is told apart', (t) => {
  const kinds: Readonly<Record<Machine, string[][]>> = {
    'auto-reply': [
      ['Auto-Submitted: auto-replied (vacation)'],
      ['X-Autoreply: yes'],
      ['Precedence: auto_reply'],
      ['Subject: Out of Office: holidays'],
      ['Subject: =?utf-8?Q?Autoodpowied=C5=BA=3A_Pytanie?='],
      ['Subject: Autoresponder: Pytanie'],
      ['Subject: [Autoreply] Pytanie'],
      ['Subject: AUTO: Jan Kowalski is out of the office (returning 12.12.2026)'],
      ['Subject: AUTO: Jan Kowalski jest poza biurem (wraca 12.12.2026)'],
      ['Subject: Auto: Re: Pytanie'],
      ['Subject: =?utf-8?Q?Nieobecno=C5=9B=C4=87_w_biurze?='],
      ['Subject: Nieobecna w biurze: Pytanie'],
      ['Subject: Odpowiedz automatyczna: Pytanie'],
      ['Subject: Odpowiedz automatyczna z urlopu', 'References: <a@firma.test>'],
      ['Subject: Automatic reply from Jan Kowalski'],
      ['Subject: Auto-reply Re: Pytanie'],
      ['Subject: Autoresponder', 'References: <a@firma.test>'],
      ['Subject: Autoresponder - Jan Kowalski', 'In-Reply-To: <a@firma.test>'],
      ['Subject: I am out of office until Monday'],
      ['Subject: OOO: Pytanie'],
      ['Subject: Jestem na urlopie do 12.12', 'In-Reply-To: <a@firma.test>'],
      ['Subject: =?utf-8?Q?Nieobecno=C5=9B=C4=87?=', 'References: <a@firma.test>'],
      ['Subject: On vacation', 'References: <a@firma.test>'],
      ['Subject: Automatische Antwort: Frage'],
      ['Subject: =?utf-8?Q?R=C3=A9ponse_automatique_:_x?='],
      ['Subject: =?utf-8?Q?Automatyczna_odpowied=C5=BA=3A_x?='],
      ['Return-Path: <>', 'References: <a@firma.test>'],
    ],
    list: [
      ['List-Post: <mailto:l@x.test>'],
      ['Precedence: list'],
      ['Mailing-List: list l@x.test'],
      ['Precedence: bulk', 'List-Post: <mailto:l@x.test>'],
    ],
    bulk: [
      ['Precedence: bulk'],
      ['List-Unsubscribe: <mailto:x@y.test>'],
      ['List-Id: <a.b>'],
      ['Feedback-ID: 1:2:3', 'List-Help: <mailto:h@x.test>'],
    ],
    notification: [
      ['Auto-Submitted: auto-generated'],
      ['X-Auto-Response-Suppress: All'],
      ['X-Loop: x'],
      ['Return-Path: <>'],
      ['From: postmaster@x.test'],
    ],
    delivery: [
      ['Content-Type: multipart/report; report-type=delivery-status; boundary=b'],
      ['From: MAILER-DAEMON@x.test', 'Subject: Undelivered Mail Returned to Sender'],
    ],
    disposition: [['Content-Type: multipart/report; report-type=disposition-notification; boundary=b']],
    feedback: [['Content-Type: multipart/report; report-type=feedback-report; boundary=b']],
  };
  for (const [machine, cases] of Object.entries(kinds))
    for (const fields of cases) t.is<string | null, string>(originOf(mail(...fields), 'a@x.test').machine, machine, fields.join());
});

test('a group that carries the inbox’s own address is no mailing list', (t) => {
  const own = mail('List-Id: Biuro <biuro.firma.test>', 'List-Post: <mailto:biuro@firma.test>', 'Precedence: list', 'From: anna@x.test');
  t.is(originOf(own, 'anna@x.test', 'biuro@firma.test').machine, null);
  t.is(originOf(own, 'anna@x.test', 'sklep@firma.test').machine, 'list');
  t.is(originOf(mail('List-Id: <biuro.firma.test>', 'Precedence: bulk'), 'anna@x.test', 'biuro@firma.test').machine, 'bulk');
});

test('addresses come normalised and once, names without tricks', (t) => {
  const { headers } = mail(
    'To: "Jan \\"J\\" Nowak" <JAN@X.test>, jan@x.test, bad@, =?utf-8?Q?=C5=BB=C3=B3=C5=82w?= <zolw@ŻÓŁW.test>',
    'To: second@x.test',
    'Cc: "a\u0007b\u2028c" <c@x.test>',
  );
  t.deepEqual(addresses(headers, 'to'), [
    { address: 'jan@x.test', name: 'Jan "J" Nowak' },
    { address: 'zolw@xn--w-uga1v8h.test', name: 'Żółw' },
    { address: 'second@x.test', name: null },
  ] as never);
  t.is(mailboxes(headers, 'cc')[0]?.name, 'ab c');
  t.deepEqual(addresses(headers, 'bcc'), []);
});

test('references are the most direct first, each once, and bounded', (t) => {
  const { headers } = mail(
    'In-Reply-To: Your message of Monday <b@x>',
    'References: <a@x> <b@x> <broken id@x> <c@x>',
    'Message-ID: no-brackets@x',
  );
  t.deepEqual(references(headers), ['b@x', 'c@x', 'brokenid@x', 'a@x']);
  t.is(messageId(headers), 'no-brackets@x');
  const long = mail(`References: ${Array.from({ length: 500 }, (_, i) => `<${i}@x>`).join(' ')}`, `Message-ID: <${'x'.repeat(1000)}@x>`);
  t.is(references(long.headers).length, 100);
  t.is(references(long.headers)[0], '499@x');
  const bare = mail('In-Reply-To: c@x', 'References: a@x, "b@x"\r\n c@x Monday');
  t.deepEqual(references(bare.headers), ['c@x', 'b@x', 'a@x']);
  t.is(messageId(mail('Message-ID: <>').headers), null);
  t.is(messageId(mail('Subject: x').headers), null);
});

test('a reply token survives the way out and back, whatever the case', (t) => {
  const token = 'abcdefghijkmnpqrstuvwxyz23';
  const address = withReplyToken('biuro@firma.test', token);
  t.is<string | null, string>(address, `biuro+r.${token}@firma.test`);
  t.is(replyTokenIn(address ?? ''), token);
  t.is(replyTokenIn((address ?? '').toUpperCase()), token);
  for (const wrong of [
    'biuro@firma.test',
    'biuro+r.@firma.test',
    'biuro+r.short@firma.test',
    'biuro+x.abcdefghij@firma.test',
    'r.abcdefghij@firma.test',
    '',
    'x',
  ])
    t.is(replyTokenIn(wrong), null, wrong);
  for (const [inbox, bad] of [
    ['a+b@firma.test', token],
    [`${'a'.repeat(40)}@firma.test`, token],
    ['biuro@firma.test', 'UPPER CASE'],
    ['', token],
  ] as const)
    t.is(withReplyToken(inbox, bad), null, inbox);
});

test('settings of an inbox are typed, and an empty relay means later', (t) => {
  const defaults = {
    route: 'relay',
    mailbox: null,
    relay: null,
    secondRelay: null,
    checkCertificate: true,
    senderName: 'agent-and-company',
    replyTokens: true,
    returnTokens: true,
    onDmarcFail: 'tag',
    onVirus: 'spam',
    spamTagScore: 5,
    spamScore: 8,
  };
  t.deepEqual<unknown, unknown>(readEmailSettings({}), defaults);
  const changed = { relayUrl: '  ', senderName: 'company', replyTokens: false, unknown: 1 };
  t.deepEqual<unknown, unknown>(readEmailSettings(changed), { ...defaults, senderName: 'company', replyTokens: false });
  t.is(readEmailSettings({ relayUrl: ' smtp://mail.firma.pl ' }).relay?.host, 'mail.firma.pl');
});
