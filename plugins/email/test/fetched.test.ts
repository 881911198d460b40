import { Readable } from 'node:stream';
import test from 'ava';
import { pretencesAgainstUs } from '../../../core/ingest/pretences.ts';
import { noDns } from '../../../test/support/dns.ts';
import authenticate from '../authentication/authenticate.ts';
import { interpreted, messageIn } from './mails.ts';
import { crlf } from './signed.ts';

const FROM_US = 'From: Biuro <biuro@firma.test>\nTo: anna@klient.test\nSubject: Oferta\n\nDzień dobry';
const FROM_ANNA = 'From: Anna <anna@klient.test>\nTo: biuro@firma.test\nSubject: Pytanie\n\nDzień dobry';
const FORM = 'From: biuro@firma.test\nTo: biuro@firma.test\nReply-To: anna@klient.test\nSubject: Formularz\n\nDzień dobry';
const envelope = (role: string, more: Record<string, string> = {}) => ({
  source: 'imap',
  role,
  folder: 'INBOX',
  uid: '7',
  uidValidity: '1',
  arrivedAt: '2026-10-01T08:00:00.000Z',
  ...more,
});

test('a fetched mail has the time when it reached the account, and is history or our own where the account says so', async (t) => {
  const arrivedAt = new Date('2026-10-01T08:00:00.000Z');
  t.like(await messageIn(FROM_ANNA, envelope('inbox')), { arrivedAt, isHistory: undefined, isOwn: undefined });
  t.like(await messageIn(FROM_ANNA, envelope('inbox', { history: 'yes' })), { arrivedAt, isHistory: true, isOwn: undefined });
  t.like(await messageIn(FROM_US, envelope('sent')), { isOwn: true });
  t.like(await messageIn(FROM_US, envelope('archive')), { isOwn: true });
  t.is((await messageIn(FROM_US)).arrivedAt, undefined);
});

test('a form of a website that writes in our name is a message, and nobody becomes us by writing to our inbox', async (t) => {
  t.is((await messageIn(FORM, envelope('inbox'))).isOwn, undefined);
  t.is((await messageIn(FORM, envelope('archive'))).isOwn, undefined);
  // The server files what the form sent by the account itself, too.
  t.is((await messageIn(FORM, envelope('sent'))).isOwn, undefined);
  t.true((await messageIn(FORM.replace('anna@klient.test', 'biuro@firma.test'), envelope('sent'))).isOwn);
  t.true((await messageIn(FORM.replace('To: biuro@firma.test', 'To: biuro@firma.test, jan@klient.test'), envelope('sent'))).isOwn);
  t.is((await messageIn(FROM_US, envelope('inbox'))).isOwn, undefined);
});

test('an old bounce is an old report', async (t) => {
  const bounce =
    'From: MAILER-DAEMON@x.test\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nno\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@klient.test\nAction: failed\nStatus: 5.1.1\n--b--\n';
  t.like((await interpreted(bounce, envelope('inbox', { history: 'yes' })))[0], { kind: 'report', isHistory: true });
  t.like((await interpreted(bounce, envelope('inbox')))[0], { kind: 'report', isHistory: undefined });
});

test('of a mail that was too large to be fetched the head is a message that says so in both languages', async (t) => {
  const { subject, text } = await messageIn(FROM_ANNA, envelope('inbox', { leftBytes: '61000000' }));
  t.is(subject, 'Pytanie');
  t.regex(text ?? '', /61 MB[\s\S]*61 MB/);
});

test('fetched mail fails no check for lack of the machine that handed it in, and colleagues do not pretend to be themselves', async (t) => {
  const bytes = crlf(FROM_US);
  const open = () => Readable.from([bytes]);
  const found = await authenticate({ envelope: envelope('inbox'), bytes: bytes.length, open, dns: noDns });
  t.like(found, { origin: 'account', ip: null, spf: null, dmarc: null, pretences: [] });
  const ours = { domains: new Set(['firma.test']), addresses: new Set(['biuro@firma.test']), names: new Set<string>() };
  t.deepEqual(pretencesAgainstUs(found, { address: 'biuro@firma.test', name: 'Biuro' }, ours), []);
});
