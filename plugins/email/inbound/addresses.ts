import addressparser from 'nodemailer/lib/addressparser';
import { type NamedAddress, parseEmailAddress } from '../../../core/lib/email-address.ts';
import { storable, strip } from '../../../core/lib/text.ts';
import type { Headers } from './mime-header.ts';
import { decodeWords, unfold } from './words.ts';

/** More recipients than this are not listed (a header bomb); everyone is still in the original. */
const MAX_ADDRESSES = 500;
/** RFC 5322 §3.6 allows one field of a kind; a few more are read. */
const MAX_FIELDS = 10;
const MAX_NAME_CHARS = 200;

/** A mailbox as written: the address may be unusable (`MAILER-DAEMON`) or empty. */
export interface WrittenMailbox {
  readonly address: string;
  readonly name: string | null;
}

/** Several ask for those of a mail: who wrote it, whom, whether it is a list's, whether it pretends. */
const known = new WeakMap<Headers, Map<string, readonly WrittenMailbox[]>>();

/** All mailboxes of all fields of this name, groups flattened, names decoded, without control characters. */
export function mailboxes(headers: Headers, field: string): readonly WrittenMailbox[] {
  const ofMail = known.get(headers) ?? new Map<string, readonly WrittenMailbox[]>();
  const found = ofMail.get(field) ?? readMailboxes(headers, field);
  known.set(headers, ofMail.set(field, found));
  return found;
}

function readMailboxes(headers: Headers, field: string): readonly WrittenMailbox[] {
  const found: WrittenMailbox[] = [];
  for (const value of headers.all(field).slice(0, MAX_FIELDS)) {
    for (const mailbox of inField(unfold(value))) {
      found.push(mailbox);
      if (found.length === MAX_ADDRESSES) return found;
    }
  }
  return found;
}

/** Some programs encode the addresses together with the names (RFC 2047 §5 forbids it): where there is none to be seen, they are looked for inside. */
function inField(text: string): readonly WrittenMailbox[] {
  const seen = addressparser(asLetters(text), { flatten: true }).map(({ address, name }) => ({
    address: decodeWords(asBytes(address)),
    name: cleanName(decodeWords(asBytes(name))),
  }));
  if (!text.includes('=?') || seen.some(({ address }) => address.includes('@'))) return seen;
  const inside = addressparser(decodeWords(text), { flatten: true }).map(({ address, name }) => ({ address, name: cleanName(name) }));
  return inside.some(({ address }) => address.includes('@')) ? inside : seen;
}

/** Bytes beyond ASCII as letters of no meaning, of which the parser takes none for a space (A0 may be the end of a letter in UTF-8), and back. */
const asLetters = (text: string): string => text.replace(/[\x80-\xff]/g, (byte) => String.fromCharCode(0xe000 + byte.charCodeAt(0)));
const asBytes = (text: string): string => text.replace(/[\ue080-\ue0ff]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xe000));

/** The mailboxes one could write to, normalised; each address once. */
export function addresses(headers: Headers, field: string): readonly NamedAddress[] {
  const known = new Map<string, NamedAddress>();
  for (const { address, name } of mailboxes(headers, field)) {
    const parsed = parseEmailAddress(address);
    if (parsed && !known.has(parsed)) known.set(parsed, { address: parsed, name });
  }
  return [...known.values()];
}

export function cleanName(name: string): string | null {
  const clean = strip(storable(name).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '), /["'\s]/)
    .slice(0, MAX_NAME_CHARS)
    .toWellFormed()
    .trim();
  return clean === '' ? null : clean;
}
