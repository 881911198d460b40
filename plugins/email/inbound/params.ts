import { decodeText } from './charset.ts';
import { decodeWords, unfold } from './words.ts';

/** A structured field such as Content-Type: its value in lower case and its parameters, names in lower case, decoded. */
export interface FieldWithParams {
  readonly value: string;
  readonly params: ReadonlyMap<string, string>;
}

/** More parameters than this are ignored. */
const MAX_PARAMS = 200;
const PARAM = /;\s*([^\s=;"]{1,100})\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))/g;

/** Reads a field of RFC 2045 §5.1 with the continuations and charsets of RFC 2231, tolerating RFC 2047 words and raw 8-bit in values. */
export function readParams(field: Buffer | null): FieldWithParams {
  // Some senders forget the semicolon behind the type.
  const text = field ? withoutComments(unfold(field)).replace(/^([^\s;]+)[ \t]+(?=[^\s;=]+=)/, '$1; ') : '';
  const raw = new Map<string, string>();
  for (const match of text.matchAll(PARAM)) {
    const name = (match[1] ?? '').toLowerCase();
    const value = match[2] === undefined ? (match[3] ?? '').trim() : match[2].replace(/\\(["\\])/g, '$1');
    if (!raw.has(name)) raw.set(name, value);
    if (raw.size >= MAX_PARAMS) break;
  }
  return { value: (text.split(';', 1)[0] ?? '').trim().toLowerCase(), params: combined(raw) };
}

/** Joins `name*0`, `name*1*` … in order (RFC 2231 §3); the extended form wins over the plain one. */
function combined(raw: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const params = new Map<string, string>();
  const pieces = new Map<string, { index: number; extended: boolean; value: string }[]>();
  for (const [name, value] of raw) {
    const match = /^([^*]+)\*(?:(\d{1,4})(\*)?)?$/.exec(name);
    if (!match) params.set(name, decodeWords(value));
    else
      pieces.set(match[1] ?? '', [
        ...(pieces.get(match[1] ?? '') ?? []),
        { index: Number(match[2] ?? 0), extended: match[2] === undefined || match[3] === '*', value },
      ]);
  }
  for (const [name, parts] of pieces) params.set(name, joined(parts));
  return params;
}

function joined(parts: readonly { index: number; extended: boolean; value: string }[]): string {
  const ordered = [...parts].sort((a, b) => a.index - b.index);
  // Some senders cut an encoded word into pieces instead of using the extended form.
  if (ordered.every(({ extended }) => !extended)) return decodeWords(ordered.map(({ value }) => value).join(''));
  const marked = ordered[0]?.extended ? /^([^']*)'[^']*'/.exec(ordered[0].value) : null;
  const bytes = ordered.map(({ extended, value }, index) => {
    const text = index === 0 && marked ? value.slice(marked[0].length) : value;
    return Buffer.from(
      extended ? text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : text,
      'latin1',
    );
  });
  return decodeText(Buffer.concat(bytes), marked?.[1] || null);
}

/** A file name without quotation marks, in which more follows on what stands in brackets: `skan (2).pdf`, and what JavaScript leaves of a name as it is. */
const NAME = /;\s*(?:file)?name(?:\*\d{0,4}\*?)?\s*=\s*[^\s";][^";]*/gi;
const IN_NAME = /\(([^()]*)\)(?=[^\s;])/g;

/** Drops RFC 5322 comments outside quoted strings. */
function withoutComments(field: string): string {
  if (!field.includes('(')) return field;
  const text = field.replace(NAME, (name) => name.replace(IN_NAME, '\x01$1\x02'));
  let depth = 0;
  let quoted = false;
  let kept = '';
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (quoted && char === '\\') kept += text.slice(i, ++i + 1);
    else if (char === '"' && depth === 0) {
      quoted = !quoted;
      kept += char;
    } else if (!quoted && char === '(') depth += 1;
    else if (!quoted && char === ')' && depth > 0) depth -= 1;
    else if (depth === 0) kept += char;
  }
  return (depth > 0 ? text : kept).replaceAll('\x01', '(').replaceAll('\x02', ')');
}
