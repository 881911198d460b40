import { isAscii, isUtf8 } from 'node:buffer';

/** Charsets whose bytes may look like UTF-8 by chance, or that hide ASCII: these are believed as declared. */
const STATEFUL_OR_MULTIBYTE = /^(?:iso-2022|utf-16|utf-32|gb|big5|shift[_-]jis|sjis|euc|ks_c|hz)/;
const CLAIMS_NOTHING = new Set([
  '',
  'us-ascii',
  'ascii',
  'ansi_x3.4-1968',
  'unknown-8bit',
  'x-unknown',
  'binary',
  'default',
  'utf-8',
  'utf8',
]);

/** Bytes of the Polish letters ą ś ź Ą Ś Ź, the only ones that differ between the two encodings. */
const POLISH_WINDOWS_1250 = new Set([0xb9, 0x9c, 0x9f, 0xa5, 0x8c, 0x8f]);
const POLISH_ISO_8859_2 = new Set([0xb1, 0xb6, 0xbc, 0xa1, 0xa6, 0xac]);

/**
 * Text of bytes that came from outside. The declared charset is believed unless the bytes contradict it: valid UTF-8 is UTF-8 whatever
 * the label says, ISO-8859-2 with bytes from 0x80 to 0x9F is Windows-1250, and unlabelled 8-bit text is read as Polish. Never throws;
 * UTF-7 and unknown names count as no label.
 */
export function decodeText(bytes: Buffer, declared: string | null): string {
  const label = canonical(declared ?? '');
  if (isAscii(bytes) && !STATEFUL_OR_MULTIBYTE.test(label)) return bytes.toString('latin1');
  const marked = byteOrderMark(bytes);
  if (marked) return decode(bytes, marked);
  if (STATEFUL_OR_MULTIBYTE.test(label) && isKnown(label)) return decode(bytes, label);
  if (isUtf8(bytes)) return decode(bytes, 'utf-8');
  if (CLAIMS_NOTHING.has(label) || !isKnown(label)) return decodeUnlabelled(bytes);
  return decode(bytes, label === 'iso-8859-2' && hasC1Bytes(bytes) ? 'windows-1250' : label);
}

function canonical(declared: string): string {
  const label = declared
    .trim()
    .toLowerCase()
    .replace(/^["']|["']$/g, '');
  const windows = /^(?:x-)?(?:cs)?(?:windows|win|cp|ms-?ee|microsoft-cp)?[-_ ]?(125[0-8])$/.exec(label)?.[1];
  if (windows) return `windows-${windows}`;
  const latin =
    /^(?:cs)?iso[-_ ]?8859[-_ ]?(\d{1,2})(?::\d+)?(?:[-_][ei])?$/.exec(label)?.[1] ?? /^latin-?2$/.exec(label)?.[0].replace(/latin-?/, '');
  return latin ? `iso-8859-${latin}` : label;
}

function isKnown(label: string): boolean {
  try {
    new TextDecoder(label);
    return true;
  } catch {
    return false;
  }
}

const decode = (bytes: Buffer, label: string): string => new TextDecoder(label).decode(bytes);

function byteOrderMark(bytes: Buffer): string | null {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return null;
}

/** UTF-8 with a few broken bytes stays UTF-8; anything else is one of the two Polish single-byte encodings. */
function decodeUnlabelled(bytes: Buffer): string {
  const lossy = decode(bytes, 'utf-8');
  let broken = 0;
  let sound = 0;
  for (const char of lossy.slice(0, 100_000)) {
    if (char === '\ufffd') broken += 1;
    else if (char > '\x7f') sound += 1;
  }
  return sound > broken ? lossy : decode(bytes, polishEncoding(bytes));
}

function polishEncoding(bytes: Buffer): 'windows-1250' | 'iso-8859-2' {
  let windows = 0;
  let iso = 0;
  for (const byte of bytes.subarray(0, 100_000)) {
    if (POLISH_WINDOWS_1250.has(byte)) windows += 1;
    else if (POLISH_ISO_8859_2.has(byte)) iso += 1;
  }
  return iso > windows ? 'iso-8859-2' : 'windows-1250';
}

const hasC1Bytes = (bytes: Buffer): boolean => bytes.some((byte) => byte >= 0x80 && byte <= 0x9f);
