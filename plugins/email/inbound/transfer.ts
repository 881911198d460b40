/** The content behind a Content-Transfer-Encoding (RFC 2045 §6). An unknown encoding leaves the bytes as they are. */
export function decodeTransfer(body: Buffer, encoding: string): Buffer {
  switch (encoding) {
    case 'base64':
      return decodeBase64(body);
    case 'quoted-printable':
      return decodeQuotedPrintable(body);
    case 'x-uuencode':
    case 'x-uue':
    case 'uuencode':
      return decodeUuencode(body);
    default:
      return body;
  }
}

/**
 * Ignores everything outside the alphabet. Padding ends the data (RFC 2045 §6.8), so a footer that a list appended is left out; only
 * when nothing but whole base64 follows was the data encoded in pieces, and all of them count. Of 25 MB there is no second copy.
 */
export function decodeBase64(body: Buffer): Buffer {
  const out = Buffer.allocUnsafe(Math.ceil((body.length * 3) / 4) + 3);
  const padding = body.indexOf(PADDING);
  const end = padding === -1 || isAllBase64(body.subarray(padding)) ? body.length : padding;
  let length = 0;
  for (let start = 0; start < end; ) {
    const next = body.indexOf(PADDING, start);
    const pieceEnd = next === -1 || next > end ? end : next;
    if (pieceEnd > start) length += decodePiece(body.subarray(start, pieceEnd), out.subarray(length));
    start = pieceEnd + 1;
  }
  return out.subarray(0, length);
}

const PADDING = 0x3d;
const SMALL_BYTES = 512 * 1024;
/** A multiple of four letters, so that no byte of the data is divided between two. */
const AT_ONCE = 64 * 1024;

/** By byte: 1 for a letter of the alphabet, which has two spellings (RFC 4648 §5). */
const IS_LETTER = byteTable(/[\w+/-]/);
const MAY_FOLLOW = byteTable(/[\w+/=\s]/);

function byteTable(pattern: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => Number(pattern.test(String.fromCharCode(byte))));
}

const isAllBase64 = (bytes: Buffer): boolean => bytes.every((byte) => MAY_FOLLOW[byte] === 1);

/** Into `out`; answers how many bytes. What is large is never a text as a whole. */
function decodePiece(piece: Buffer, out: Buffer): number {
  if (piece.length <= SMALL_BYTES) return out.write(piece.toString('latin1'), 'base64');
  const letters = Buffer.allocUnsafe(AT_ONCE);
  let waiting = 0;
  let length = 0;
  for (let i = 0; i < piece.length; i += 1) {
    const byte = piece[i] ?? 0;
    letters[waiting] = byte;
    waiting += IS_LETTER[byte] ?? 0;
    if (waiting < AT_ONCE) continue;
    length += out.write(letters.toString('latin1', 0, waiting), length, 'base64');
    waiting = 0;
  }
  return length + out.write(letters.toString('latin1', 0, waiting), length, 'base64');
}

/** Tolerates lower-case hex and stray "=" signs; drops soft line breaks and white space at line ends (RFC 2045 §6.7). */
export function decodeQuotedPrintable(body: Buffer): Buffer {
  if (!body.includes(0x3d)) return body;
  const out = Buffer.allocUnsafe(body.length);
  let length = 0;
  for (let i = 0; i < body.length; i += 1) {
    const byte = body[i] ?? 0;
    if (byte !== 0x3d) {
      out[length++] = byte;
      continue;
    }
    const high = hexValue(body[i + 1]);
    const low = hexValue(body[i + 2]);
    if (high >= 0 && low >= 0) {
      out[length++] = high * 16 + low;
      i += 2;
      continue;
    }
    const next = afterSoftBreak(body, i + 1);
    if (next === -1) out[length++] = byte;
    else i = next - 1;
  }
  return out.subarray(0, length);
}

/** Offset behind a soft line break that starts at `start` (behind the "="), or -1 when there is none. */
function afterSoftBreak(body: Buffer, start: number): number {
  let i = start;
  while (body[i] === 0x20 || body[i] === 0x09) i += 1;
  if (i >= body.length) return i;
  if (body[i] === 0x0d && body[i + 1] === 0x0a) return i + 2;
  return body[i] === 0x0a || body[i] === 0x0d ? i + 1 : -1;
}

function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** Lines between "begin" and "end"; the first byte of each says how many bytes it holds. */
function decodeUuencode(body: Buffer): Buffer {
  const out = Buffer.allocUnsafe(body.length);
  let length = 0;
  const sextet = (index: number): number => ((body[index] ?? 0x20) - 0x20) & 63;
  for (let start = 0; start < body.length; ) {
    const lf = body.indexOf(0x0a, start);
    const end = lf === -1 ? body.length : lf;
    const line = body.toString('latin1', start, Math.min(end, start + 8)).trimEnd();
    if (line === 'end') break;
    if (line !== '' && !/^begin \d/.test(line)) {
      const bytes = Math.min(sextet(start), Math.floor(((end - start - 1) * 3) / 4) + 2);
      for (let i = start + 1, written = 0; written < bytes && i < end; i += 4, written += 3) {
        const group = (sextet(i) << 18) | (sextet(i + 1) << 12) | (sextet(i + 2) << 6) | sextet(i + 3);
        for (let byte = 0; byte < 3 && written + byte < bytes; byte += 1) out[length++] = (group >> (16 - 8 * byte)) & 255;
      }
    }
    start = end + 1;
  }
  return out.subarray(0, length);
}
