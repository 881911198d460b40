import type { SigningKeyRecord } from './types.ts';

/** A string of a TXT record holds at most 255 bytes (RFC 1035 §3.3). */
const STRING_BYTES = 255;

/** Where the record of a key lies (RFC 6376 §3.6.2.1). */
export const recordName = ({ selector, domain }: Pick<SigningKeyRecord, 'selector' | 'domain'>): string =>
  `${selector}._domainkey.${domain}`;

export const recordValue = ({ publicKey }: Pick<SigningKeyRecord, 'publicKey'>): string => `v=DKIM1; k=rsa; p=${publicKey}`;

/** The value as zone files write it: quoted strings of at most 255 bytes that the DNS joins again. */
export const zoneValue = (value: string): string =>
  (value.match(new RegExp(`.{1,${STRING_BYTES}}`, 'g')) ?? []).map((part) => `"${part}"`).join(' ');

/** Whether the strings of one TXT record are a DKIM key at all, and which. Null: something else lies under the name. */
export function publishedKey(strings: readonly string[]): string | null {
  const tags = new Map(
    strings
      .join('')
      .split(';')
      .map((tag) => {
        const at = tag.indexOf('=');
        return [tag.slice(0, at).trim(), tag.slice(at + 1).replace(/\s+/g, '')] as const;
      }),
  );
  const version = tags.get('v');
  return version !== undefined && version !== 'DKIM1' ? null : (tags.get('p') ?? null);
}
