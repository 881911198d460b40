/** What a spamd answered, as far as it can be believed. */
export interface SpamdResponse {
  /** 0 = EX_OK; the others are those of sysexits.h. */
  readonly code: number;
  readonly word: string;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface SpamdScore {
  readonly score: number;
  readonly threshold: number;
}

const MAX_HEADER_BYTES = 8 * 1024;
const MAX_HEADERS = 30;
const MAX_SCORE = 1_000_000;
const STATUS = /^SPAMD\/\d{1,2}\.\d{1,2} (\d{1,3}) ([\x20-\x7e]{1,200})$/;
const HEADER = /^([A-Za-z-]{1,40}):[ \t]*([\x20-\x7e]{0,400})$/;
const SPAM = /^(?:True|False|Yes|No) ; (-?\d{1,9}(?:\.\d{1,6})?) \/ (-?\d{1,9}(?:\.\d{1,6})?)$/;

/** Reads a whole answer (protocol SPAMD/1.x); null for anything that is not one, a body cut short included. */
export function parseResponse(bytes: Buffer): SpamdResponse | null {
  const end = bytes.subarray(0, MAX_HEADER_BYTES).indexOf('\r\n\r\n');
  const head = end < 0 ? lonely(bytes) : bytes.subarray(0, end).toString('latin1');
  if (head === null) return null;
  const [first = '', ...lines] = head.split('\r\n');
  const [, code, word] = STATUS.exec(first) ?? [];
  const headers = parseHeaders(lines);
  if (code === undefined || word === undefined || !headers) return null;
  const body = end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 4);
  const length = headers.get('content-length');
  if (length !== undefined && !(/^\d{1,9}$/.test(length) && body.length >= Number(length))) return null;
  return { code: Number(code), word, headers, body: body.toString('utf8') };
}

// PONG and some errors are one line without the empty line that ends the headers.
function lonely(bytes: Buffer): string | null {
  const text = bytes.subarray(0, MAX_HEADER_BYTES).toString('latin1');
  return /^[^\r\n]+\r\n$/.test(text) ? text.slice(0, -2) : null;
}

function parseHeaders(lines: readonly string[]): ReadonlyMap<string, string> | null {
  if (lines.length > MAX_HEADERS) return null;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = HEADER.exec(line) ?? [];
    if (name === undefined || value === undefined) return null;
    headers.set(name.toLowerCase(), value.trim());
  }
  return headers;
}

/** The `Spam:` header; null when it is missing or no number can be read from it. */
export function scoreOf({ headers }: SpamdResponse): SpamdScore | null {
  const [, score, threshold] = SPAM.exec(headers.get('spam') ?? '') ?? [];
  if (score === undefined || threshold === undefined) return null;
  const [a, b] = [Number(score), Number(threshold)];
  return Math.abs(a) <= MAX_SCORE && Math.abs(b) <= MAX_SCORE ? { score: a, threshold: b } : null;
}
