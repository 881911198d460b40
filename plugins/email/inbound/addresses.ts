import addressparser from 'nodemailer/lib/addressparser';
import { type NamedAddress, parseEmailAddress } from '../../../core/lib/email-address.ts';
import { storable } from '../../../core/lib/text.ts';
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

/** All mailboxes of all fields of this name, groups flattened, names decoded, without control characters. */
export function mailboxes(headers: Headers, field: string): readonly WrittenMailbox[] {
  const found: WrittenMailbox[] = [];
  for (const value of headers.all(field).slice(0, MAX_FIELDS)) {
    for (const { address, name } of addressparser(unfold(value), { flatten: true })) {
      found.push({ address: decodeWords(address), name: cleanName(decodeWords(name)) });
      if (found.length === MAX_ADDRESSES) return found;
    }
  }
  return found;
}

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
  const clean = storable(name)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/^["'\s]+|["'\s]+$/g, '')
    .slice(0, MAX_NAME_CHARS)
    .toWellFormed()
    .trim();
  return clean === '' ? null : clean;
}
