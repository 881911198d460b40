import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { fold } from '../lib/text.ts';
import { type Hasher, inTurn } from './hashing-turns.ts';

export const MIN_PASSWORD_CHARS = 10;
export const MAX_PASSWORD_BYTES = 1024;

interface Cost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane. */
const COST: Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** An argon2id hash (RFC 9106) as PHC string, with its own salt and cost. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive('known', password, nonce, COST, 32);
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(nonce)}$${base64(tag)}`;
}

/** `hash` null (unknown account, no password yet) takes as long as a wrong password and is always false. Raises too_many when too many strangers wait. */
export async function verifyPassword(password: string, hash: string | null, who: Hasher = 'known'): Promise<boolean> {
  const usable = Buffer.byteLength(password) <= MAX_PASSWORD_BYTES;
  const [, memory, passes, parallelism, salt = '', tag = ''] = PHC.exec(hash ?? '') ?? [];
  if (memory === undefined || passes === undefined || parallelism === undefined || !usable) {
    await derive(who, 'no password', Buffer.alloc(16), COST, 32);
    return false;
  }
  const expected = Buffer.from(tag, 'base64');
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  return timingSafeEqual(await derive(who, password, Buffer.from(salt, 'base64'), cost, expected.length), expected);
}

/** Why this password may not be used, as a locale key, or null. `personal`: e-mail, names, company. */
export function passwordProblem(password: string, personal: readonly string[]): string | null {
  if ([...password].length < MIN_PASSWORD_CHARS) return 'agents.problem.password_short';
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return 'agents.problem.password_long';
  const plain = fold(password).replace(/[^\p{L}\p{N}]/gu, '');
  if (new Set(plain).size < 4 || COMMON.test(plain)) return 'agents.problem.password_simple';
  const words = personal.flatMap((text) => fold(text).split(/[^\p{L}\p{N}]+/u)).toSorted((x, y) => y.length - x.length);
  const rest = words.filter((word) => word.length >= 3).reduce((left, word) => left.replaceAll(word, ''), plain);
  return rest.length < 4 && rest.length < plain.length ? 'agents.problem.password_personal' : null;
}

/** A word that everybody uses, repeated or with a few digits around it. */
const COMMON =
  /^\d*((password|passw0rd|haslo|qwerty(uiop)?|qwertz|administrator|admin|centrala|welcome|letmein|polska|iloveyou|zaq1(2wsx)?|1q2w3e(4r)?(5t)?)\d*)+$|^(0?1234567890?)+$|^(abcdefgh\w*)$/;

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

function derive(who: Hasher, password: string, nonce: Buffer, cost: Cost, tagLength: number): Promise<Buffer> {
  const parameters: Argon2Parameters = { message: password.normalize('NFC'), nonce, tagLength, ...cost };
  return inTurn(
    who,
    () =>
      new Promise((resolve, reject) => {
        argon2('argon2id', parameters, (error, tag) => (error ? reject(error) : resolve(tag)));
      }),
  );
}
