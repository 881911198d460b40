import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { tempDir } from '../../../test/support/temp-dir.ts';
import { signedContent } from '../inbound/signed-data.ts';
import { messageIn, multipart } from './mails.ts';

const TEXT = 'Content-Type: text/plain; charset=utf-8\n\nDzień dobry, podpisuję się pod tym.';
const PDF = 'Content-Type: application/pdf; name=umowa.pdf\n\npdf';

/** As OpenSSL signs it, with a certificate of its own. */
function signed(t: ExecutionContext, entity: string, ...how: readonly string[]): Buffer {
  const dir = tempDir(t);
  const openssl = (...args: readonly string[]): void => {
    const { status, stderr } = spawnSync('openssl', args, { cwd: dir });
    if (status !== 0) throw new Error(stderr.toString());
  };
  writeFileSync(join(dir, 'entity'), entity.replaceAll('\n', '\r\n'));
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key', '-out', 'certificate', '-subj', '/CN=Jan');
  const [signer, key] = [
    ['-signer', 'certificate'],
    ['-inkey', 'key'],
  ] as const;
  openssl('cms', '-sign', '-binary', '-in', 'entity', ...signer, ...key, '-outform', 'DER', '-out', 'p7m', ...how);
  return readFileSync(join(dir, 'p7m'));
}

const letter = (p7m: Buffer, type = 'application/pkcs7-mime; smime-type=signed-data'): string =>
  `Content-Type: ${type}; name=smime.p7m\nContent-Disposition: attachment; filename=smime.p7m\nContent-Transfer-Encoding: base64\n\n${p7m.toString('base64')}\n`;

test('a mail whose words are inside its signature is read, and the signature stays', async (t) => {
  for (const how of [['-nodetach'], ['-nodetach', '-stream', '-indef']]) {
    const p7m = signed(t, multipart('mixed', TEXT, PDF), ...how);
    for (const type of ['application/pkcs7-mime; smime-type=signed-data', 'application/x-pkcs7-mime', 'application/octet-stream']) {
      const { text, attachments } = await messageIn(letter(p7m, type));
      t.is(text, 'Dzień dobry, podpisuję się pod tym.', type);
      t.deepEqual(
        attachments.map(({ filename, inside }) => [filename, inside]),
        [
          ['smime.p7m', undefined],
          ['umowa.pdf', 0],
        ],
      );
    }
  }
});

test('a page inside a signature is the message’s, and a signed file, words beside it or damage change nothing', async (t) => {
  const html = signed(t, 'Content-Type: text/html; charset=utf-8\n\n<b>Tak</b>', '-nodetach');
  t.like(await messageIn(letter(html)), { text: null, html: '<b>Tak</b>', attachments: { length: 1 } });
  t.like(await messageIn(letter(signed(t, '%PDF-1.4\n\npdf', '-nodetach'))), { text: null, html: null, attachments: { length: 1 } });
  const beside = await messageIn(multipart('mixed', 'Content-Type: text/plain\n\nplain', letter(html).trimEnd()));
  t.like(beside, { text: 'plain', html: null, attachments: { length: 1 } });
  t.is(signedContent(signed(t, TEXT)), null, 'the words are not in it');
  for (let end = 0; end < 200; end += 1) t.is(signedContent(html.subarray(0, end)), null);
  for (const bad of [Buffer.alloc(5000, 0x30), Buffer.alloc(5000, 0x80), Buffer.from('3080'.repeat(5000), 'hex'), Buffer.alloc(0)])
    t.is(signedContent(bad), null);
});
