import { type NamedAddress, parseEmailAddress } from '../../../core/lib/email-address.ts';
import { storable } from '../../../core/lib/text.ts';
import { addresses, mailboxes } from './addresses.ts';
import { type MimePart, rawField } from './mime.ts';
import { decodeHeader } from './words.ts';

/** Stands for a sender that gave no usable address at all (RFC 2606: `.invalid` never exists). */
export const UNKNOWN_SENDER = 'unknown@sender.invalid';
const MAX_SUBJECT_CHARS = 1000;
/** With comments. */
const MAX_DATE_CHARS = 1000;
/** RFC 5322, ISO 8601 and ctime() forms; what else Date.parse would make something of is no date. */
const DATE = /^(?:[a-z]{3,9},? *)?(?:\d{1,2}[ -][a-z]{3,9}[ -]\d{2,4}\b|[a-z]{3,9} +\d{1,2} \d)|^\d{4}-\d{2}-\d{2}/i;
const ZONE = /(?:[+-]\d{2}:?\d{2}|\b(?:GMT|UTC?|Z|[ECMP][SD]T))$/i;

/** The subject on one line; null when there is none. */
export function subjectOf({ headers }: MimePart): string | null {
  const subject = headers.first('subject');
  return subject ? storable(decodeHeader(subject)).slice(0, MAX_SUBJECT_CHARS).toWellFormed() || null : null;
}

/** The first usable of From, Sender and the envelope; the name stays the one From shows. */
export function senderOf(root: Pick<MimePart, 'headers'>, envelopeFrom: string | undefined): NamedAddress {
  const usable = addresses(root.headers, 'from')[0] ?? addresses(root.headers, 'sender')[0];
  if (usable) return usable;
  const [shown] = mailboxes(root.headers, 'from');
  return { address: parseEmailAddress(envelopeFrom) ?? UNKNOWN_SENDER, name: shown?.name ?? (shown?.address || null) };
}

/** The Date field, when it is one the calendar knows and a database can hold. Without a zone it is read as UTC (RFC 5322 §4.3). */
export function dateOf(root: MimePart): Date | null {
  const text = rawField(root, 'date')
    .slice(0, MAX_DATE_CHARS)
    .replace(/\([^)]*\)/g, ' ')
    .slice(0, 100)
    .trim();
  const date = new Date(ZONE.test(text) ? text : `${text} +0000`);
  const year = date.getUTCFullYear();
  return DATE.test(text) && year >= 1970 && year < 2200 ? date : null;
}
