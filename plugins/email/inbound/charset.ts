import { isAscii, isUtf8 } from 'node:buffer';

/** Charsets whose bytes may look like UTF-8 by chance, or that hide ASCII: these are believed as declared. */
const STATEFUL_OR_MULTIBYTE = /^(?:iso-2022|utf-7|utf-16|utf-32|gb|big5|shift[_-]jis|sjis|euc|ks_c|hz)/;
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
 * Unknown names count as no label.
 */
export function decodeText(bytes: Buffer, declared: string | null): string {
  const label = canonical(declared ?? '');
  if (isAscii(bytes) && !STATEFUL_OR_MULTIBYTE.test(label)) return bytes.toString('latin1');
  const marked = byteOrderMark(bytes);
  if (marked) return decode(bytes, marked);
  if (label === 'utf-7') return decodeUtf7(bytes);
  if (label === 'utf-16') return decode(bytes, utf16Order(bytes));
  if (STATEFUL_OR_MULTIBYTE.test(label) && isKnown(label)) return decode(bytes, label);
  if (isUtf8(bytes)) return decode(bytes, 'utf-8');
  if (CLAIMS_NOTHING.has(label) || !isKnown(label)) return decodeUnlabelled(bytes);
  if (label === 'iso-8859-2' && hasC1Bytes(bytes)) return decode(bytes, 'windows-1250');
  if (MISTAKEN_FOR_POLISH.has(label) && isPolish(bytes)) return decode(bytes, polishEncoding(bytes));
  return decode(bytes, label);
}

/** Labels that programs put on Polish text by mistake. */
const MISTAKEN_FOR_POLISH = new Set(['iso-8859-1', 'latin1', 'windows-1252', 'windows-1250']);
/** Every Polish letter in either encoding, with the quotation marks and dashes that Polish texts use. */
const POLISH_BYTES = new Set([
  ...POLISH_WINDOWS_1250,
  ...POLISH_ISO_8859_2,
  ...[0xe6, 0xea, 0xb3, 0xf1, 0xf3, 0xbf, 0xc6, 0xca, 0xa3, 0xd1, 0xd3, 0xaf],
  ...[0x82, 0x84, 0x85, 0x91, 0x92, 0x93, 0x94, 0x96, 0x97, 0xa0, 0xab, 0xbb, 0xa7, 0xb0],
]);
/** Polish letters that no word of Western Europe, and none written in Windows-1250, has between its letters: ¹ ³ ¿ ± ¶ ¼ and their like. */
const GIVES_AWAY = {
  western: new Set([0xb9, 0xb3, 0xbf, 0xb1, 0xb6, 0xbc, 0xa5, 0xa3, 0xaf, 0x8f, 0x9f]),
  windows: new Set([0xb1, 0xb6, 0xa6, 0xac]),
};

/** Polish text under a wrong label: every special letter is a Polish one, and some stand inside words where the label's sign makes none. */
function isPolish(bytes: Buffer): boolean {
  const isWindows = polishEncoding(bytes) === 'windows-1250';
  const givesAway = isWindows ? GIVES_AWAY.western : new Set([...GIVES_AWAY.windows, ...GIVES_AWAY.western]);
  let found = 0;
  for (const [at, byte] of bytes.subarray(0, 100_000).entries()) {
    if (byte < 0x80) continue;
    if (!POLISH_BYTES.has(byte)) return false;
    if (givesAway.has(byte) && isLetter(bytes[at - 1]) && isLetter(bytes[at + 1])) found += 1;
  }
  return found > 0;
}

const isLetter = (byte = 0): boolean => ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) || byte >= 0xc0;

/** Without a mark the order is the one in which ASCII has its zero bytes; big-endian when nothing speaks (RFC 2781 §4.3). */
function utf16Order(bytes: Buffer): 'utf-16le' | 'utf-16be' {
  const zeros = [...bytes.subarray(0, 1000).entries()].filter(([, byte]) => byte === 0);
  const odd = zeros.filter(([at]) => at % 2 === 1).length;
  return odd > zeros.length - odd ? 'utf-16le' : 'utf-16be';
}

/** RFC 2152. What is decoded is a stranger's text like any other: it is sanitised after this. */
const decodeUtf7 = (bytes: Buffer): string =>
  bytes
    .toString('latin1')
    .replace(/\+([A-Za-z0-9+/]*)(-?)/g, (_, base64: string) =>
      base64 === '' ? '+' : decode(swapped(Buffer.from(base64, 'base64')), 'utf-16le'),
    );

const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16();

function canonical(declared: string): string {
  const label = declared
    .trim()
    .toLowerCase()
    .replace(/^["']|["']$/g, '');
  const windows = /^(?:x-)?(?:cs)?(?:windows|win|cp|ms-?ee|microsoft-cp)?[-_ ]?(125[0-8])$/.exec(label)?.[1];
  if (windows) return `windows-${windows}`;
  if (/^(?:x-|unicode-\d-\d-|cs?unicode11)?utf-?7$/.test(label)) return 'utf-7';
  if (label === 'x-user-defined') return '';
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
