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

/** Ignores everything outside the alphabet; padding in the middle (joined pieces) does not end it. */
export function decodeBase64(body: Buffer): Buffer {
  const text = body.toString('latin1');
  const padding = text.indexOf('=');
  if (padding === -1 || !/[A-Za-z0-9+/]/.test(text.slice(padding))) return Buffer.from(text, 'base64');
  return Buffer.concat(text.split(/=+/).map((piece) => Buffer.from(piece, 'base64')));
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

function decodeUuencode(body: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (const line of body.toString('latin1').split(/\r?\n/)) {
    if (line === '' || /^begin \d+ /.test(line)) continue;
    if (line === 'end') break;
    const length = ((line.codePointAt(0) ?? 32) - 32) & 63;
    const piece = Buffer.alloc(Math.ceil(length / 3) * 3);
    const sextet = (index: number): number => ((line.codePointAt(index) ?? 32) - 32) & 63;
    for (let i = 1, o = 0; o < length; i += 4, o += 3)
      piece.writeUIntBE((sextet(i) << 18) | (sextet(i + 1) << 12) | (sextet(i + 2) << 6) | sextet(i + 3), o, 3);
    pieces.push(piece.subarray(0, length));
  }
  return Buffer.concat(pieces);
}
