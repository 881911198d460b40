import type { Readable } from 'node:stream';
import { MAX_SIGNATURES } from '../../../core/lib/authentication.ts';
import { addresses } from '../inbound/addresses.ts';
import { type Headers, readHeaders } from '../inbound/mime-header.ts';

/** A header larger than this, or of more fields, is checked without its signatures: mail servers refuse such (Postfix: 100 KB). */
const MAX_HEADER_BYTES = 262_144;
const MAX_HEADER_LINES = 4000;
/** Of one signature field; keys of 4096 bits and long lists of fields fit four times. */
const MAX_SIGNATURE_BYTES = 8192;
/** Of white space or dots in a row: of a longer one the library looks from each of them to the row's end. No mail program writes it. */
const MAX_ROW = 500;
const MAX_ARC_SETS = 10;
const ARC_FIELDS = 3;
/** Each signature may make its own sum of the body, so of large mail fewer are looked at. */
const SIGNATURES_BY_MEGABYTES: readonly (readonly [over: number, signatures: number])[] = [
  [16, 1],
  [2, 3],
];

export interface BoundedMessage {
  readonly headers: Headers;
  /** The header with CRLF line ends and the empty one behind it, without what would cost too much to check. */
  readonly header: Buffer;
  /** The rest with CRLF line ends. */
  readonly body: AsyncIterable<Buffer>;
}

/** Reads the header of the mail and passes the rest on as it comes: nothing large is held. */
export async function boundedMessage(source: Readable, bytes: number): Promise<BoundedMessage> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let head: Buffer = Buffer.alloc(0);
  let end = -1;
  while (end === -1) {
    const next = await chunks.next();
    if (next.done) break;
    const from = Math.max(0, head.length - 3);
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
    end = headerEnd(head, from);
    if (end === -1 && head.length > MAX_HEADER_BYTES * 4) break;
  }
  const bodyStart = end === -1 ? head.length : end;
  const header = head.subarray(0, bodyStart);
  const { headers } = readHeaders(header.subarray(0, MAX_HEADER_BYTES));
  return {
    headers,
    header: boundedHeader(header, headers, maxSignatures(bytes / 1024 / 1024)),
    body: withCrlf(head.subarray(bodyStart), chunks),
  };
}

/** Offset behind the first empty line, or -1. */
function headerEnd(bytes: Buffer, from: number): number {
  if (bytes[0] === 0x0a) return 1;
  for (let at = bytes.indexOf(0x0a, from); at !== -1; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at + 1] === 0x0a) return at + 2;
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) return at + 3;
  }
  return -1;
}

const maxSignatures = (megabytes: number): number => SIGNATURES_BY_MEGABYTES.find(([over]) => megabytes > over)?.[1] ?? MAX_SIGNATURES;

function boundedHeader(header: Buffer, headers: Headers, most: number): Buffer {
  const fields = fieldsOf(header.subarray(0, MAX_HEADER_BYTES).toString('latin1'));
  const isTooLarge = header.length > MAX_HEADER_BYTES || fields.length > MAX_HEADER_LINES || lines(header) > MAX_HEADER_LINES;
  // Without its authors a mail would pass as nobody's.
  if (isTooLarge || fields.some((field) => isFrom(field) && isCostly(field))) return Buffer.from(`${authorsOf(headers)}\r\n`);
  let signatures = 0;
  const arc = fields.filter((field) => /^arc-/i.test(field)).length;
  const kept = fields.filter((field) => {
    if (isCostly(field)) return false;
    if (/^arc-/i.test(field)) return arc <= MAX_ARC_SETS * ARC_FIELDS && field.length <= MAX_SIGNATURE_BYTES;
    if (!/^dkim-signature\s*:/i.test(field)) return true;
    signatures += 1;
    return signatures <= most && field.length <= MAX_SIGNATURE_BYTES;
  });
  return Buffer.from(`${kept.join('')}\r\n`, 'latin1');
}

const isFrom = (field: string): boolean => /^from\s*:/i.test(field);
const authorsOf = (headers: Headers): string =>
  addresses(headers, 'from')
    .map(({ address }) => `From: ${address}\r\n`)
    .join('');

function isCostly(field: string): boolean {
  if (field.length <= MAX_ROW) return false;
  if (isFrom(field) && field.length > MAX_SIGNATURE_BYTES) return true;
  let row = 0;
  for (const char of field) {
    row = ' \t\r\n.'.includes(char) ? row + 1 : 0;
    if (row > MAX_ROW) return true;
  }
  return false;
}

/** Fields with their folded lines and CRLF line ends; one begins where the library says so, not at any line without white space before it. */
const fieldsOf = (header: string): readonly string[] =>
  header
    .replace(/\r?\n/g, '\r\n')
    .replace(/(?:\r\n)+$/, '\r\n')
    .split(/(?<=\r\n)(?=[!-9;-~]+[ \t\r\n]*:)/);

function lines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1 && count <= MAX_HEADER_LINES; at = bytes.indexOf(0x0a, at + 1)) count += 1;
  return count;
}

/** Bare LF becomes CRLF, in whole chunks: the library would go through such a mail line by line. */
async function* withCrlf(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  let last = 0;
  for (let chunk: Buffer | undefined = first; chunk !== undefined; chunk = await nextOf(rest)) {
    if (chunk.length === 0) continue;
    yield crlf(chunk, last);
    last = chunk[chunk.length - 1] ?? 0;
  }
}

async function nextOf(rest: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  const next = await rest.next();
  return next.done ? undefined : next.value;
}

function crlf(chunk: Buffer, before: number): Buffer {
  const isBare = (at: number): boolean => (at === 0 ? before : chunk[at - 1]) !== 0x0d;
  let bare = 0;
  for (let at = chunk.indexOf(0x0a); at !== -1; at = chunk.indexOf(0x0a, at + 1)) if (isBare(at)) bare += 1;
  if (bare === 0) return chunk;
  const out = Buffer.allocUnsafe(chunk.length + bare);
  let length = 0;
  let from = 0;
  for (let at = chunk.indexOf(0x0a); at !== -1; at = chunk.indexOf(0x0a, at + 1)) {
    if (!isBare(at)) continue;
    length += chunk.copy(out, length, from, at);
    out[length] = 0x0d;
    length += 1;
    from = at;
  }
  chunk.copy(out, length, from);
  return out;
}
