/** Lines of nothing but base64: an attachment in a mail that was saved as a file. */
const PACKED = /^[A-Za-z0-9+/]{60,}={0,2}\r?$/gm;

/** A text file: UTF-8 or UTF-16 by its mark, UTF-8 where it is valid, else Windows-1250, in which older Polish programs write. */
export function textOfPlain(file: Buffer): string {
  if (file[0] === 0xff && file[1] === 0xfe) return new TextDecoder('utf-16le').decode(file);
  if (file[0] === 0xfe && file[1] === 0xff) return new TextDecoder('utf-16be').decode(file);
  // A file with NUL in it is no text, whatever it is called.
  if (file.includes(0)) throw new Error('is no text');
  return decoded(file).replace(PACKED, '');
}

function decoded(file: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file);
  } catch {
    return new TextDecoder('windows-1250').decode(file);
  }
}
