import { storable } from '../../../core/lib/text.ts';
import type { Headers } from './mime-header.ts';

/** Newest ids of a long thread; older ones never decide anything. */
const MAX_REFERENCES = 100;
/** RFC 5322 §2.1.1 line limit: no real id is longer. */
const MAX_ID_CHARS = 998;
const READ_BYTES = 65_536;

/** The Message-ID without brackets, or null when the sender gave none that can be stored. */
export function messageId(headers: Headers): string | null {
  const value = headers.first('message-id');
  return value ? (idsIn(value)[0] ?? bareId(value)) : null;
}

/** Ids this message answers, most direct first: In-Reply-To, then References from its end (RFC 5322 §3.6.4); each once. */
export function references(headers: Headers): readonly string[] {
  const direct = headers.all('in-reply-to').flatMap(idsOf);
  const chain = headers.all('references').flatMap(idsOf).reverse();
  return [...new Set([...direct, ...chain])].slice(0, MAX_REFERENCES);
}

/** Without any brackets: the words that look like ids. */
function idsOf(value: Buffer): readonly string[] {
  const ids = idsIn(value);
  if (ids.length > 0) return ids;
  const words = value.toString('utf8', Math.max(0, value.length - READ_BYTES)).split(/[\s,;"<>]+/);
  return words
    .filter((word) => /^[^@]+@[^@]+$/.test(word))
    .map(clean)
    .filter((id) => id !== '');
}

/** Every `<id>` of a field, in order; of a very long field the end is read. */
export function idsIn(value: Buffer): readonly string[] {
  const text = value.subarray(Math.max(0, value.length - READ_BYTES)).toString();
  return Array.from(text.matchAll(/<([^<>]{1,2000})>/g), (match) => clean(match[1] ?? '')).filter((id) => id !== '');
}

/** Some senders forget the brackets. */
function bareId(value: Buffer): string | null {
  const id = clean(value.toString('utf8', 0, 2000));
  return id === '' ? null : id;
}

const clean = (text: string): string => {
  const id = storable(text).replace(/[\s<>]+/g, '');
  return id.length > MAX_ID_CHARS ? '' : id;
};
