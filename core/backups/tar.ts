import { BackupError } from './backup-error.ts';

/*
 * The part of POSIX ustar that our archives have: plain files with relative names. Anything else is not ours, so it is refused and not
 * interpreted: links, devices, absolute names, names that lead out of the folder.
 */

const BLOCK = 512;
const MAX_OCTAL = 8 ** 11 - 1;
/** Folders and a name of the letters that we use; no part begins with two dots or is empty. */
const NAME = /^(?!\/)(?:(?!\.\.?(?:\/|$))[\w.@+=-]+(?:\/(?=.)|$))+$/;

export const END = Buffer.alloc(2 * BLOCK);

/** What fills the last block of so many bytes. */
export const padding = (bytes: number): Buffer => Buffer.alloc((BLOCK - (bytes % BLOCK)) % BLOCK);

/** Raises BackupError for a name that an archive of ours does not hold. */
export function tarHeader(name: string, bytes: number, at: Date): Buffer {
  const cut = name.length <= 100 ? -1 : name.lastIndexOf('/', 155);
  const [prefix, rest] = cut < 0 ? ['', name] : [name.slice(0, cut), name.slice(cut + 1)];
  if (!NAME.test(name) || rest.length > 100 || prefix.length > 155) throw new BackupError(`${name} has no place in an archive.`);
  const header = Buffer.alloc(BLOCK);
  header.write(rest, 0);
  header.write('0000600\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  writeSize(header, bytes);
  header.write(
    `${Math.floor(at.getTime() / 1000)
      .toString(8)
      .padStart(11, '0')}\0`,
    136,
  );
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  header.write(prefix, 345);
  header.write(`${sumOf(header).toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

export interface TarEntry {
  readonly name: string;
  readonly bytes: number;
  /** Its bytes; what is not read is skipped. */
  readonly body: AsyncIterable<Buffer>;
}

/** The files of an archive, one after the other. Raises BackupError at the first thing that no archive of ours has. */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const pull = blocks(source);
  for (;;) {
    const header = await pull.exactly(BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const { name, bytes } = parsed(header);
    let left = bytes;
    const body = (async function* () {
      while (left > 0) {
        const part = await pull.some(left);
        left -= part.length;
        yield part;
      }
    })();
    yield { name, bytes, body };
    for await (const _ of body);
    await pull.exactly(padding(bytes).length);
  }
  if ((await pull.exactly(BLOCK)).some((byte) => byte !== 0) || !(await pull.isOver())) throw foreign('something after its end');
}

const foreign = (what: string): BackupError =>
  new BackupError(`This archive has something that no backup of ours has (${what}).`, 'Choose another one.', 'differs');

function parsed(header: Buffer): { readonly name: string; readonly bytes: number } {
  const text = (from: number, length: number): string =>
    header
      .subarray(from, from + length)
      .toString('latin1')
      .split('\0')[0] ?? '';
  const [prefix, rest, type] = [text(345, 155), text(0, 100), text(156, 1)];
  const name = prefix === '' ? rest : `${prefix}/${rest}`;
  if (text(257, 6) !== 'ustar' || Number.parseInt(text(148, 8), 8) !== sumOf(header)) throw foreign('a wrong header');
  if (type !== '0') throw foreign(`${name} is no plain file`);
  if (!NAME.test(name)) throw foreign(JSON.stringify(name));
  const bytes = readSize(header);
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw foreign('a wrong size');
  return { name, bytes };
}

/** Octal digits; above 8 GB a number in base 256, as GNU tar does it. */
function writeSize(header: Buffer, bytes: number): void {
  if (bytes <= MAX_OCTAL) return void header.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124);
  header.writeUInt8(0x80, 124);
  header.writeBigUInt64BE(BigInt(bytes), 128);
}

function readSize(header: Buffer): number {
  if ((header[124] ?? 0) === 0x80) return Number(header.readBigUInt64BE(128));
  const digits = header.subarray(124, 135).toString('latin1');
  return /^[0-7]{11}$/.test(digits) ? Number.parseInt(digits, 8) : -1;
}

/** With its own field as spaces. */
function sumOf(header: Buffer): number {
  let sum = 8 * 32;
  for (const [at, byte] of header.entries()) if (at < 148 || at >= 156) sum += byte;
  return sum;
}

/** Hands out so many bytes of a stream. */
function blocks(source: AsyncIterable<Buffer>) {
  const chunks = source[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const fill = async (): Promise<boolean> => {
    const next = await chunks.next();
    if (next.done) return false;
    rest = rest.length === 0 ? next.value : Buffer.concat([rest, next.value]);
    return true;
  };
  const take = (bytes: number): Buffer => {
    const part = rest.subarray(0, bytes);
    rest = rest.subarray(bytes);
    return part;
  };
  const cut = (): BackupError => new BackupError('This archive is cut.', 'Choose another one.', 'differs');
  return {
    exactly: async (bytes: number): Promise<Buffer> => {
      while (rest.length < bytes) if (!(await fill())) throw cut();
      return take(bytes);
    },
    /** At least one byte, at most so many. */
    some: async (most: number): Promise<Buffer> => {
      while (rest.length === 0) if (!(await fill())) throw cut();
      return take(most);
    },
    isOver: async (): Promise<boolean> => {
      while (rest.length === 0) if (!(await fill())) return true;
      return false;
    },
  };
}
