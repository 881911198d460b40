import { Readable } from 'node:stream';
import test from 'ava';
import type { VisitorNote } from '../../../core/plugins/contract.ts';
import { noDns } from '../../../test/support/dns.ts';
import authenticate from '../authentication/authenticate.ts';
import { visitorLetter } from '../inbound/visitor-letter.ts';
import { interpreted } from './mails.ts';

const NOTE: VisitorNote = {
  from: { name: 'Zażółć "Gęślą" <jaźń>', address: 'jan@klient.test' },
  subject: 'Żółta łódź\r\nBcc: wszyscy@klient.test',
  text: 'Pierwsza\r\n.\nFrom tu\n\u0000\u202edrugi',
  writtenAt: new Date('2026-11-28T10:00:00Z'),
};

test('what a visitor wrote is a mail from him, and nothing he typed becomes another field', async (t) => {
  const { bytes, envelope, contentType } = await visitorLetter(NOTE, 'biuro@firma.test');
  t.is(contentType, 'message/rfc822');
  const head = Buffer.from(bytes).toString().split('\r\n\r\n')[0] ?? '';
  t.deepEqual(
    head
      .match(/^(?:from|to|cc|bcc|reply-to|subject|date|message-id):/gim)
      ?.map((field) => field.toLowerCase())
      .sort(),
    ['date:', 'from:', 'message-id:', 'subject:', 'to:'],
  );
  const [item] = await interpreted(Buffer.from(bytes).toString('latin1'), envelope);
  if (item?.kind !== 'message') return t.fail('no message');
  t.like(item, {
    from: { address: 'jan@klient.test', name: 'Zażółć "Gęślą" <jaźń>' },
    subject: 'Żółta łódź Bcc: wszyscy@klient.test',
    automated: false,
  });
  t.deepEqual(
    item.to.map(({ address }) => address),
    ['biuro@firma.test'],
  );
  t.true(item.text?.startsWith('Pierwsza\n.\nFrom tu\n'));
  t.regex(item.externalId ?? '', /^widget\..{24}@firma\.test$/);
  const again = await visitorLetter(NOTE, 'biuro@firma.test');
  const [second] = await interpreted(Buffer.from(again.bytes).toString('latin1'), again.envelope);
  t.not(second?.kind === 'message' && second.externalId, item.externalId);
});

test('no policy of his domain is asked, since none of its servers is claimed to have sent it', async (t) => {
  const { bytes, envelope } = await visitorLetter(NOTE, 'biuro@firma.test');
  const found = await authenticate({ envelope, bytes: bytes.length, open: () => Readable.from([bytes]), dns: noDns });
  t.like(found, { origin: 'own', spf: null, dmarc: null, pretences: [] });
});
