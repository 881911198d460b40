import { type Headers, readHeaders } from './mime-header.ts';
import { type FieldWithParams, readParams } from './params.ts';
import { decodeTransfer } from './transfer.ts';
import { decodeHeader, unfold } from './words.ts';

/** One node of the MIME tree. `body` is raw; `content()` decodes the transfer encoding. */
export interface MimePart {
  readonly headers: Headers;
  /** Lower case, "text/plain" when the part says nothing. */
  readonly contentType: string;
  readonly params: ReadonlyMap<string, string>;
  /** Lower case, or null when the part says nothing. */
  readonly disposition: string | null;
  readonly filename: string;
  readonly contentId: string | null;
  readonly body: Buffer;
  readonly children: readonly MimePart[];
  content(): Buffer;
}

/** Postfix' mime_nesting_limit; what is nested deeper stays one opaque part. */
const MAX_DEPTH = 100;
const MAX_PARTS = 1000;
const LF = 0x0a;
const PART_HEADER = /^content-[a-z-]{1,40}[ \t]*:/i;

/** Reads a whole message into its tree. Never throws; work is linear in the size times the depth, which is bounded. */
export function parseMime(bytes: Buffer): MimePart {
  return parsePart(bytes, 'text/plain', 0, { parts: 0 });
}

function parsePart(bytes: Buffer, defaultType: string, depth: number, count: { parts: number }): MimePart {
  count.parts += 1;
  const { headers, bodyStart } = readHeaders(bytes);
  const declared = readParams(headers.first('content-type'));
  const written = bytes.subarray(bodyStart);
  const type = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(declared.value) ? declared.value : impliedType(declared.value, defaultType);
  const isMany = type.startsWith('multipart/') && depth < MAX_DEPTH;
  const { body, parts } = isMany
    ? partsOf(written, declared.params.get('boundary') ?? '', encodingOf(headers))
    : { body: written, parts: [] };
  const childType = type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
  const children: MimePart[] = [];
  for (const [index, part] of parts.entries()) {
    if (count.parts >= MAX_PARTS) {
      children.push(leaf(body.subarray(part.byteOffset - body.byteOffset), `unread-parts-from-${index + 1}`));
      break;
    }
    children.push(parsePart(part, childType, depth + 1, count));
  }
  const contentType = type.startsWith('multipart/') && children.length === 0 ? opaqueType(depth) : type;
  return partOf(headers, { value: contentType, params: declared.params }, body, children);
}

interface Parts {
  readonly body: Buffer;
  readonly parts: readonly Buffer[];
}

/**
 * A gateway that wrote a new header may have named another boundary than stands in the body: then the one there counts. Some programs encode all parts
 * together (RFC 2045 §6.4 forbids it).
 */
function partsOf(body: Buffer, boundary: string, encoding: string): Parts {
  const named = splitBody(body, boundary);
  const parts = named.length > 0 || boundary === '' ? named : splitBody(body, '');
  if (parts.length > 0 || encoding !== 'base64') return { body, parts };
  const decoded = decodeTransfer(body, encoding);
  const inside = splitBody(decoded, boundary);
  return inside.length > 0 ? { body: decoded, parts: inside } : { body, parts };
}

const encodingOf = (headers: Headers): string => readParams(headers.first('content-transfer-encoding')).value.replace(/^"|"$/g, '');

/** `Content-Type: text` and the like (RFC 2045 §5.2 and §5.3). */
function impliedType(value: string, defaultType: string): string {
  if (value === '') return defaultType;
  if (value.startsWith('multipart/')) return 'multipart/mixed';
  return value === 'text' ? 'text/plain' : 'application/octet-stream';
}

/** A multipart without parts is shown as text; one that is nested too deep is kept as a file. */
const opaqueType = (depth: number): string => (depth < MAX_DEPTH ? 'text/plain' : 'application/octet-stream');

function partOf(headers: Headers, type: FieldWithParams, body: Buffer, children: readonly MimePart[]): MimePart {
  const disposition = readParams(headers.first('content-disposition'));
  const encoding = encodingOf(headers);
  const id = headers.first('content-id');
  return {
    headers,
    contentType: type.value,
    params: type.params,
    disposition: disposition.value === '' ? null : disposition.value,
    filename: disposition.params.get('filename') ?? type.params.get('name') ?? '',
    contentId: id ? decodeHeader(id).replace(/^<|>$/g, '') || null : null,
    body,
    children,
    content: () => decodeTransfer(body, encoding),
  };
}

function leaf(bytes: Buffer, filename: string): MimePart {
  return { ...partOf(readHeaders(Buffer.alloc(0)).headers, { value: 'application/octet-stream', params: new Map() }, bytes, []), filename };
}

/**
 * The parts between delimiter lines (RFC 2046 §5.1.1), in order; preamble and epilogue are dropped. Behind a line that closed too early, as where one
 * boundary is used for two bodies, a part is one that begins with a header.
 */
export function splitBody(body: Buffer, boundary: string): readonly Buffer[] {
  const delimiter = boundary === '' ? sniffedDelimiter(body) : Buffer.from(`--${boundary}`, 'latin1');
  const parts: Buffer[] = [];
  let start = -1;
  let isClosed = false;
  let position = delimiter ? body.indexOf(delimiter) : -1;
  while (delimiter && position !== -1 && parts.length < MAX_PARTS) {
    const line = delimiterLine(body, position, delimiter.length);
    if (line) {
      if (start !== -1) parts.push(body.subarray(start, contentEnd(body, start, position)));
      isClosed ||= line.closes;
      start = line.closes || (isClosed && !PART_HEADER.test(body.toString('latin1', line.end, line.end + 60))) ? -1 : line.end;
    }
    position = body.indexOf(delimiter, position + delimiter.length);
  }
  if (start !== -1) parts.push(body.subarray(start));
  return parts;
}

/** Whether the delimiter found at `position` stands alone on its line, and where that line ends. */
function delimiterLine(body: Buffer, position: number, length: number): { closes: boolean; end: number } | null {
  if (position > 0 && body[position - 1] !== LF) return null;
  let i = position + length;
  const closes = body[i] === 0x2d && body[i + 1] === 0x2d;
  if (closes) i += 2;
  while (body[i] === 0x20 || body[i] === 0x09 || body[i] === 0x0d) i += 1;
  if (i < body.length && body[i] !== LF) return null;
  return { closes, end: Math.min(i + 1, body.length) };
}

/** The line end in front of a delimiter belongs to the delimiter. */
function contentEnd(body: Buffer, start: number, delimiterAt: number): number {
  let end = delimiterAt;
  if (end > start && body[end - 1] === LF) end -= 1;
  if (end > start && body[end - 1] === 0x0d) end -= 1;
  return Math.max(start, end);
}

/** A sender that forgot to name its boundary still wrote it. */
function sniffedDelimiter(body: Buffer): Buffer | null {
  const line = /^--[^\s-][^\r\n]{0,68}(?=\r?$)/m.exec(body.toString('latin1', 0, 4096))?.[0];
  return line ? Buffer.from(line.trimEnd(), 'latin1') : null;
}

/** Unfolded value of a short structured field, as bytes in a string. */
export const rawField = (part: Pick<MimePart, 'headers'>, name: string): string => {
  const value = part.headers.first(name);
  return value ? unfold(value) : '';
};
