import { signed } from '../../plugins/email/test/signed.ts';
import { prose, randomNumbers } from './corpus.ts';

const PLACE_OF_ID = '@@IDENTIFIER@@@@';

/** The domain that wrote and signed the mails, and the machine outside that they came from. */
export const SENDING = { domain: 'example.com', ip: '192.0.2.10', helo: 'mx1.example.com' };
/** All but the Message-ID, so that the signature is right for every copy. */
const SIGNED_FIELDS = ['from', 'to', 'subject', 'date', 'mime-version', 'content-type'];

/** A mail whose copies differ in nothing but their Message-ID. */
export interface MailMaker {
  readonly bytes: number;
  /** The next copy, ready for DATA: CRLF, dots stuffed, ends with the final dot. */
  readonly next: () => Buffer;
}

/** 4 KB: text and HTML alternatives. 200 KB and 25 MB: the same with an attachment. */
export type MailSize = '4k' | '200k' | '25m';

/** Mails from a machine outside, each with a DKIM signature that has to be checked and is right; `inside`: by a program of the own network, unsigned, so that there is no sender to check. */
export async function mailMaker(size: MailSize, to: string, inside = false): Promise<MailMaker> {
  const random = randomNumbers(7);
  const body = size === '4k' ? alternatives(random, 1150) : mixed(random, size === '200k' ? 140 * 1024 : 18 * 1024 * 1024);
  const written = `${inside ? '' : RECEIVED}${header(to)}${body}\r\n`;
  const mail = Buffer.from(`${inside ? written : await signed(written, SENDING.domain, SIGNED_FIELDS)}.\r\n`);
  const at = mail.indexOf(PLACE_OF_ID);
  let count = 0;
  const run = `${process.pid.toString(36)}${Date.now().toString(36)}`;
  return {
    bytes: mail.length - 5,
    next: () => {
      count += 1;
      const copy = Buffer.from(mail);
      copy.write(`${run}${count.toString(36)}`.padStart(16, '0').slice(-16), at, 'latin1');
      return copy;
    },
  };
}

const RECEIVED = [
  `Received: from ${SENDING.helo} (${SENDING.helo} [${SENDING.ip}])`,
  '\tby mail.example.com (Postfix) with ESMTPS id 4XyZ12345;',
  '\tTue, 24 Nov 2026 01:02:03 +0000 (UTC)\r\n',
].join('\r\n');

function header(to: string): string {
  return [
    'From: =?UTF-8?Q?Gra=C5=BCyna_=C5=BB=C3=B3=C5=82=C4=87?= <grazyna@example.com>',
    `To: Support <${to}>`,
    `Subject: =?UTF-8?B?${Buffer.from('Pytanie o zamówienie – pilne').toString('base64')}?=`,
    'Date: Tue, 24 Nov 2026 01:02:03 +0000',
    `Message-ID: <${PLACE_OF_ID}@example.com>`,
    'MIME-Version: 1.0',
    '',
  ].join('\r\n');
}

function alternatives(random: () => number, chars: number): string {
  const text = `${prose(random, chars, true)}\nPozdrawiam serdecznie\nGrażyna`;
  const part = (type: string, content: string): string =>
    `--ALT1\r\nContent-Type: ${type}; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${quotedPrintable(content)}\r\n`;
  const html = `<html><body><p>${text.replaceAll('\n', '<br>\n')}</p></body></html>`;
  return `Content-Type: multipart/alternative; boundary="ALT1"\r\n\r\n${part('text/plain', text)}${part('text/html', html)}--ALT1--`;
}

function mixed(random: () => number, attachmentBytes: number): string {
  const bytes = Buffer.alloc(attachmentBytes);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = random() * 256;
  const base64 = bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
  return [
    'Content-Type: multipart/mixed; boundary="MIX1"\r\n\r\n--MIX1',
    alternatives(random, 2500),
    '--MIX1\r\nContent-Type: application/pdf; name="faktura.pdf"\r\nContent-Disposition: attachment; filename="faktura.pdf"',
    `Content-Transfer-Encoding: base64\r\n\r\n${base64}\r\n--MIX1--`,
  ].join('\r\n');
}

function quotedPrintable(text: string): string {
  const encoded = Buffer.from(text)
    .toString('latin1')
    .replace(/[=\x80-\xff]/g, (char) => `=${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
  return encoded
    .split('\n')
    .map((line) => line.replace(/(?:[^=]|=..){1,72}(?=.)/g, '$&=\r\n').replace(/^\./, '=2E'))
    .join('\r\n');
}
