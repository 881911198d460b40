import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { Transform } from 'node:stream';
import { BackupError } from './backup-error.ts';

/*
 * Files of age with a passphrase (https://age-encryption.org/v1): `age -d` opens them with the recovery key. What was cut, altered or put in
 * another order is found at the first wrong piece of 64 KB.
 */

const CHUNK = 64 * 1024;
const TAG = 16;
/** The recovery key has 196 bits, so stretching it adds nothing; the usual 18 takes 256 MB. */
const LOG_N = 12;
const MAX_LOG_N = 18;
const MAX_HEADER = 1024;
const INTRO = 'age-encryption.org/v1';
const HEADER = /^age-encryption\.org\/v1\n-> scrypt ([A-Za-z0-9+/]{22}) (\d{1,2})\n([A-Za-z0-9+/]{43})\n---/;

/** Encrypts what is written to it. `logN`: how long the passphrase is stretched, less for the many small files of a shipped log. */
export function ageEncrypt(passphrase: string, logN = LOG_N): Transform {
  const fileKey = randomBytes(16);
  const nonce = randomBytes(16);
  const chunks = sealer(derived(fileKey, nonce, 'payload'));
  const start = Buffer.concat([Buffer.from(headerOf(passphrase, fileKey, logN)), nonce]);
  let isStarted = false;
  let waiting = Buffer.alloc(0);
  const begin = (stream: Transform): void => {
    if (!isStarted) stream.push(start);
    isStarted = true;
  };
  return new Transform({
    transform(data: Buffer, _encoding, done) {
      begin(this);
      waiting = Buffer.concat([waiting, data]);
      let at = 0;
      // A full piece may be the last one.
      for (; waiting.length - at > CHUNK; at += CHUNK) this.push(chunks(waiting.subarray(at, at + CHUNK), false));
      waiting = waiting.subarray(at);
      done();
    },
    flush(done) {
      begin(this);
      this.push(chunks(waiting, true));
      done();
    },
  });
}

/** Decrypts what is written to it; ends with a BackupError when the passphrase is another one, or anything was changed or is missing. */
export function ageDecrypt(passphrase: string): Transform {
  let open: ((sealed: Buffer, isLast: boolean) => Buffer) | null = null;
  let waiting = Buffer.alloc(0);
  const begin = (): boolean => {
    const mac = waiting.subarray(0, MAX_HEADER).indexOf('\n--- ');
    const end = mac < 0 ? -1 : waiting.indexOf('\n', mac + 1);
    if (mac < 0 || end < 0 || waiting.length < end + 17) {
      if (waiting.length > MAX_HEADER + 64 || !Buffer.from(`${INTRO}\n`).includes(waiting.subarray(0, INTRO.length + 1))) throw foreign();
      return false;
    }
    const fileKey = keyOf(passphrase, waiting.subarray(0, mac + 4).toString('latin1'), waiting.subarray(mac + 5, end).toString('latin1'));
    open = opener(derived(fileKey, waiting.subarray(end + 1, end + 17), 'payload'));
    waiting = waiting.subarray(end + 17);
    return true;
  };
  return new Transform({
    transform(data: Buffer, _encoding, done) {
      try {
        waiting = Buffer.concat([waiting, data]);
        if (open === null && !begin()) return done();
        let at = 0;
        for (; waiting.length - at > CHUNK + TAG; at += CHUNK + TAG) this.push(open?.(waiting.subarray(at, at + CHUNK + TAG), false));
        waiting = waiting.subarray(at);
        done();
      } catch (error) {
        done(error instanceof Error ? error : altered());
      }
    },
    flush(done) {
      try {
        if (open === null || waiting.length < TAG) throw altered();
        this.push(open(waiting, true));
        done();
      } catch (error) {
        done(error instanceof Error ? error : altered());
      }
    },
  });
}

const altered = (): BackupError => new BackupError('This file is cut or was altered.', 'Choose another one.', 'differs');
const foreign = (): BackupError => new BackupError('This file is no backup of ours.', 'Choose another one.', 'differs');
const derived = (fileKey: Buffer, salt: Buffer | string, info: string): Buffer => Buffer.from(hkdfSync('sha256', fileKey, salt, info, 32));
const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

function headerOf(passphrase: string, fileKey: Buffer, logN: number): string {
  const salt = randomBytes(16);
  const cipher = createCipheriv('chacha20-poly1305', stretched(passphrase, salt, logN), Buffer.alloc(12), { authTagLength: TAG });
  const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
  const header = `${INTRO}\n-> scrypt ${base64(salt)} ${logN}\n${base64(body)}\n---`;
  return `${header} ${base64(macOf(fileKey, header))}\n`;
}

function keyOf(passphrase: string, header: string, mac: string): Buffer {
  const [, salt = '', logN = '', body = ''] = HEADER.exec(header) ?? [];
  if (body === '' || Number(logN) > MAX_LOG_N) throw foreign();
  const sealed = Buffer.from(body, 'base64');
  const key = stretched(passphrase, Buffer.from(salt, 'base64'), Number(logN));
  const decipher = createDecipheriv('chacha20-poly1305', key, Buffer.alloc(12), { authTagLength: TAG });
  decipher.setAuthTag(sealed.subarray(-TAG));
  let fileKey: Buffer;
  try {
    fileKey = Buffer.concat([decipher.update(sealed.subarray(0, -TAG)), decipher.final()]);
  } catch {
    throw new BackupError('The recovery key does not open this file.', 'Give the key that was shown when it was made.', 'wrong_key');
  }
  const [found, wanted] = [Buffer.from(mac, 'base64'), macOf(fileKey, header)];
  if (found.length !== wanted.length || !timingSafeEqual(found, wanted)) throw altered();
  return fileKey;
}

const macOf = (fileKey: Buffer, header: string): Buffer =>
  createHmac('sha256', derived(fileKey, '', 'header'))
    .update(header, 'latin1')
    .digest();

const stretched = (passphrase: string, salt: Buffer, logN: number): Buffer =>
  scryptSync(passphrase, Buffer.concat([Buffer.from(`${INTRO}/scrypt`), salt]), 32, { N: 2 ** logN, r: 8, p: 1, maxmem: 2 ** 29 });

/** Eleven bytes that count the pieces and one that says whether it is the last. */
function nonces(): (isLast: boolean) => Buffer {
  let count = 0;
  return (isLast) => {
    const nonce = Buffer.alloc(12);
    nonce.writeUIntBE(count, 5, 6);
    nonce[11] = isLast ? 1 : 0;
    count += 1;
    return nonce;
  };
}

function sealer(key: Buffer): (plain: Buffer, isLast: boolean) => Buffer {
  const nonce = nonces();
  return (plain, isLast) => {
    const cipher = createCipheriv('chacha20-poly1305', key, nonce(isLast), { authTagLength: TAG });
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
}

function opener(key: Buffer): (sealed: Buffer, isLast: boolean) => Buffer {
  const nonce = nonces();
  return (sealed, isLast) => {
    const decipher = createDecipheriv('chacha20-poly1305', key, nonce(isLast), { authTagLength: TAG });
    decipher.setAuthTag(sealed.subarray(-TAG));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(0, -TAG)), decipher.final()]);
    } catch {
      throw altered();
    }
  };
}
