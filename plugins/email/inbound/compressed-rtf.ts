/** What every decompression starts with ([MS-OXRTFCP] §2.1.2.1). */
const DICTIONARY = Buffer.from(
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
  'latin1',
);
const COMPRESSED = 0x75465a4c;
const PLAIN = 0x414c454d;
const WINDOW = 4096;
const MAX_RTF_BYTES = 2 * 1024 * 1024;

/** The RTF behind PR_RTF_COMPRESSED, as far as it is whole; null when it is none. At most 2 MB come out, whatever goes in. */
export function decompressRtf(bytes: Buffer): Buffer | null {
  if (bytes.length < 16) return null;
  const kind = bytes.readUInt32LE(8);
  const size = Math.min(bytes.readUInt32LE(4), MAX_RTF_BYTES);
  if (kind === PLAIN) return bytes.subarray(16, 16 + size);
  return kind === COMPRESSED ? decompressed(bytes, size) : null;
}

function decompressed(bytes: Buffer, size: number): Buffer {
  const window = Buffer.alloc(WINDOW);
  DICTIONARY.copy(window);
  let writeAt = DICTIONARY.length;
  const out = Buffer.alloc(size);
  let length = 0;
  const put = (byte: number): void => {
    out[length++] = byte;
    window[writeAt] = byte;
    writeAt = (writeAt + 1) % WINDOW;
  };
  for (let at = 16; at < bytes.length && length < size; ) {
    const control = bytes[at++] ?? 0;
    for (let bit = 0; bit < 8 && at < bytes.length && length < size; bit += 1) {
      if ((control & (1 << bit)) === 0) {
        put(bytes[at++] ?? 0);
        continue;
      }
      const reference = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      at += 2;
      const offset = reference >> 4;
      if (offset === writeAt) return out.subarray(0, length);
      for (let i = 0; i < (reference & 15) + 2 && length < size; i += 1) put(window[(offset + i) % WINDOW] ?? 0);
    }
  }
  return out.subarray(0, length);
}
