import { createCipheriv, createDecipheriv, createHmac, hash, hkdfSync, randomBytes, randomFillSync, timingSafeEqual } from 'node:crypto';

const BASE32 = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Bytes that nobody had yet: asking for a few takes the system as long as asking for all of these. */
const fresh = Buffer.alloc(4096);
let used = fresh.length;

/** A random token of `chars` characters, 5 bits each, safe in addresses and URLs and unaffected by case. */
export function randomToken(chars = 26): string {
  let token = '';
  for (let n = 0; n < chars; n += 1) {
    if (used === fresh.length) {
      randomFillSync(fresh);
      used = 0;
    }
    token += BASE32[(fresh[used] ?? 0) & 31];
    fresh[used] = 0;
    used += 1;
  }
  return token;
}

export const sha256 = (data: string | Uint8Array): string => hash('sha256', data, 'hex');

/** Compares two texts in a time that does not depend on where they differ. */
export function equalSecrets(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
}

/** Keys derived from the installation's one secret, one for each purpose (RFC 5869). */
export interface Keyring {
  /** HMAC-SHA-256 of `text` under the key of `purpose`, base64url. */
  sign(purpose: string, text: string): string;
  /** The raw derived key (32 bytes) for libraries that sign by themselves. */
  key(purpose: string): Buffer;
  /** AES-256-GCM; the purpose is bound to the text, so a value cannot be moved to another place. */
  encrypt(purpose: string, plain: string): string;
  decrypt(purpose: string, sealed: string): string;
}

/** `secret` must hold at least 32 bytes of entropy; config guarantees it. */
export function createKeyring(secret: string): Keyring {
  const keys = new Map<string, Buffer>();
  const key = (purpose: string): Buffer => {
    const known = keys.get(purpose);
    if (known) return known;
    const made = Buffer.from(hkdfSync('sha256', secret, 'centrala', purpose, 32));
    keys.set(purpose, made);
    return made;
  };
  return {
    key,
    sign: (purpose, text) => createHmac('sha256', key(purpose)).update(text).digest('base64url'),
    encrypt: (purpose, plain) => {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key(purpose), iv).setAAD(Buffer.from(purpose));
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return `v1.${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')}`;
    },
    decrypt: (purpose, sealed) => {
      const bytes = Buffer.from(sealed.replace(/^v1\./, ''), 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key(purpose), bytes.subarray(0, 12)).setAAD(Buffer.from(purpose));
      decipher.setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    },
  };
}
