import { strip } from '../../../core/lib/text.ts';
import { decodeText } from './charset.ts';
import { decodeQuotedPrintable } from './transfer.ts';

/** What is read of one header field; the rest of a longer one is ignored (the original stays downloadable). */
export const MAX_FIELD_BYTES = 65_536;

/** RFC 2047 §2 with the language suffix of RFC 2231 §5, tolerating spaces and question marks inside, but not the beginning of another. */
const ENCODED_WORD = /=\?([^?\s*]{1,60})(?:\*[^?\s]{0,60})?\?([bq])\?((?:[^?]|\?(?!=|[^?\s*]{1,60}(?:\*[^?\s]{0,60})?\?[bq]\?))*)\?=/gi;

/** One field or phrase as text: unfolded, encoded words decoded, raw 8-bit bytes read as UTF-8 or Polish. Never throws. */
export function decodeHeader(value: Buffer): string {
  return decodeWords(unfold(value)).trim();
}

/** The field as bytes in a string (one char = one byte), on one line; a fold counts as one space. */
export function unfold(value: Buffer): string {
  const line = value
    .toString('latin1', 0, MAX_FIELD_BYTES)
    .replace(/\r?\n[ \t]+/g, ' ')
    .replace(/[\r\n]+/g, ' ');
  // Not trim(), to which the byte A0 is a space, though it may be the end of a letter in UTF-8.
  return strip(line, /[ \t]/);
}

interface Word {
  readonly charset: string | null;
  readonly bytes: Buffer;
}

/**
 * Decodes a byte string. Neighbouring encoded words of one charset are joined before decoding, so that a character cut in two by the
 * sender reads right (not of ISO-2022, where each word begins anew); the white space between encoded words is dropped (RFC 2047 §6.2).
 */
export function decodeWords(text: string): string {
  const words: Word[] = [];
  let position = 0;
  for (const match of text.matchAll(ENCODED_WORD)) {
    const between = text.slice(position, match.index);
    const afterWord = words.at(-1)?.charset != null;
    if (between !== '' && !(afterWord && between.trim() === '')) words.push({ charset: null, bytes: Buffer.from(between, 'latin1') });
    words.push({ charset: (match[1] ?? '').toLowerCase(), bytes: wordBytes(match[2] ?? '', match[3] ?? '') });
    position = match.index + match[0].length;
  }
  if (position < text.length) words.push({ charset: null, bytes: Buffer.from(text.slice(position), 'latin1') });
  return joined(words)
    .map(({ charset, bytes }) => decodeText(bytes, charset))
    .join('')
    .replace(/[\t\r\n]/g, ' ');
}

function wordBytes(encoding: string, text: string): Buffer {
  if (encoding.toLowerCase() === 'b') return Buffer.from(text, 'base64');
  return decodeQuotedPrintable(Buffer.from(text.replaceAll('_', ' '), 'latin1'));
}

function joined(words: readonly Word[]): readonly Word[] {
  const groups: { charset: string | null; parts: Buffer[] }[] = [];
  for (const { charset, bytes } of words) {
    const last = groups.at(-1);
    if (last && last.charset === charset && !charset?.startsWith('iso-2022')) last.parts.push(bytes);
    else groups.push({ charset, parts: [bytes] });
  }
  return groups.map(({ charset, parts }) => ({ charset, bytes: Buffer.concat(parts) }));
}
