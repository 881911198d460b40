import { generateKeyPairSync } from 'node:crypto';
import { Readable } from 'node:stream';
import { dkimSign, sealMessage } from 'mailauth';
import type { Authentication } from '../../../core/lib/authentication.ts';
import type { Dns } from '../../../core/lib/dns.ts';
import authenticate from '../authentication/authenticate.ts';

const KEYS = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** What `SELECTOR._domainkey.<domain>` must say for what `signed` signs. */
export const DKIM_RECORD = `v=DKIM1; k=rsa; p=${KEYS.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
export const PRIVATE_KEY = KEYS.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
export const SELECTOR = 's1';

export const crlf = (text: string): Buffer => Buffer.from(text.replace(/\r?\n/g, '\r\n'));

/** A mail with a DKIM signature of this domain, made by mailauth as another server would; over these fields, or those it signs by itself, and over so many bytes of the body, or all. */
export async function signed(mail: string, signingDomain: string, fields?: readonly string[], bodyBytes?: number): Promise<string> {
  const limit = bodyBytes === undefined ? {} : { maxBodyLength: bodyBytes };
  const key = { signingDomain, selector: SELECTOR, privateKey: PRIVATE_KEY, ...limit };
  const headerList = fields?.join(':');
  const { signatures } = await dkimSign(crlf(mail), { ...key, ...(headerList ? { headerList } : {}), signatureData: [key] });
  return signatures + mail;
}

/** The mail as a forwarder passes it on that found this about DMARC (RFC 8617). */
export async function sealed(mail: string, signingDomain: string, dmarc: string): Promise<string> {
  const headers = await sealMessage(crlf(mail), {
    signingDomain,
    selector: SELECTOR,
    privateKey: PRIVATE_KEY,
    authResults: `mx.${signingDomain}; dmarc=${dmarc} header.from=wp.test`,
    cv: 'none',
  });
  return headers.toString() + mail;
}

/** Checks a mail as if this machine had handed it in. */
export function checked(
  dns: Dns,
  mail: string | Buffer,
  envelope: { readonly ip?: string; readonly mailFrom?: string; readonly helo?: string } = {},
): Promise<Authentication> {
  const bytes = typeof mail === 'string' ? crlf(mail) : mail;
  const { ip = '192.0.2.10', mailFrom = 'anna@wp.test', helo = 'mx.wp.test' } = envelope;
  return authenticate({
    envelope: { remoteIp: ip, mailFrom, helo },
    bytes: bytes.length,
    open: () => Readable.from([bytes]),
    dns,
  });
}
