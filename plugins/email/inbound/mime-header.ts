/** Header fields of one MIME part, in order of appearance. Values are raw bytes, still folded and encoded. */
export interface Headers {
  /** The first field of this name (lower case), or null. */
  first(name: string): Buffer | null;
  all(name: string): readonly Buffer[];
  has(name: string): boolean;
}

export interface HeaderBlock {
  readonly headers: Headers;
  /** Offset of the first byte of the body. */
  readonly bodyStart: number;
}

const LF = 0x0a;
const CR = 0x0d;
/** Of one name no more than this many fields are remembered (Received lines of a loop, a bomb). */
const MAX_FIELDS_OF_A_NAME = 200;
const MAX_STRAY_LINES = 100;
const FIELD_NAME = /^([!-9;-~]{1,200})[ \t]*:/;
const CERTAINLY_A_HEADER =
  /^(?:from|to|cc|subject|date|message-id|received|mime-version|content-[a-z-]+|reply-to|return-path|x-[a-z-]+)[ \t]*:/im;

/**
 * Reads the header block at the start of `bytes` (RFC 5322 §2.2), tolerating what real mail does: bare LF line ends, mbox `From ` and
 * `>From ` lines, stray lines between fields. A block that holds no field at all is taken as body. Linear in its length.
 */
export function readHeaders(bytes: Buffer): HeaderBlock {
  const fields = new Map<string, Buffer[]>();
  let position = 0;
  let strays = 0;
  while (position < bytes.length) {
    const end = fieldEnd(bytes, position);
    if (isBlankLine(bytes, position)) return { headers: headersOf(fields), bodyStart: lineEnd(bytes, position) };
    const name = FIELD_NAME.exec(bytes.toString('latin1', position, Math.min(end, position + 210)))?.[0];
    if (name) remember(fields, name, bytes.subarray(position + name.length, end));
    else if (++strays > MAX_STRAY_LINES || !isStray(bytes, position, end)) return { headers: headersOf(fields), bodyStart: position };
    position = end;
  }
  return { headers: headersOf(fields), bodyStart: bytes.length };
}

function remember(fields: Map<string, Buffer[]>, nameAndColon: string, value: Buffer): void {
  const name = nameAndColon.slice(0, -1).trimEnd().toLowerCase();
  const known = fields.get(name);
  if (!known) fields.set(name, [value]);
  else if (known.length < MAX_FIELDS_OF_A_NAME) known.push(value);
}

/** A line that is no field and yet not the body: real header fields follow it in the same block. */
function isStray(bytes: Buffer, start: number, end: number): boolean {
  if (/^>?From /.test(bytes.toString('latin1', start, start + 6))) return true;
  const rest = bytes.toString('latin1', end, Math.min(bytes.length, end + 4096)).split(/\r?\n\r?\n/, 1)[0] ?? '';
  return CERTAINLY_A_HEADER.test(rest);
}

/** End of the field that starts at `start`, its folded lines included (RFC 5322 §2.2.3). */
function fieldEnd(bytes: Buffer, start: number): number {
  let end = lineEnd(bytes, start);
  while (end < bytes.length && (bytes[end] === 0x20 || bytes[end] === 0x09) && !isBlankLine(bytes, end)) end = lineEnd(bytes, end);
  return end;
}

function lineEnd(bytes: Buffer, start: number): number {
  const lf = bytes.indexOf(LF, start);
  return lf === -1 ? bytes.length : lf + 1;
}

const isBlankLine = (bytes: Buffer, start: number): boolean =>
  bytes[start] === LF || (bytes[start] === CR && (bytes[start + 1] === LF || start + 1 === bytes.length));

const headersOf = (fields: ReadonlyMap<string, readonly Buffer[]>): Headers => ({
  first: (name) => fields.get(name)?.[0] ?? null,
  all: (name) => fields.get(name) ?? [],
  has: (name) => fields.has(name),
});
