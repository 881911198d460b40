import { gunzipSync } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';

/** A report of a company's domain is a few kilobytes; what is larger stays a file that people can open. */
const MAX_PACKED_BYTES = 1024 * 1024;
const MAX_XML_BYTES = 2 * 1024 * 1024;
/** XML of a thousand like rows packs some sixty-fold; bombs a thousand-fold. */
const MAX_RATIO = 200;
/** Below this nothing can hurt, whatever its ratio. */
const HARMLESS_BYTES = 256 * 1024;

/** The XML in a file that is XML, gzip or a zip with one entry, told by its content; null = none of these, broken or too large. */
export async function unpackXml(file: Buffer): Promise<string | null> {
  if (file.length === 0 || file.length > MAX_PACKED_BYTES) return null;
  const limit = Math.min(MAX_XML_BYTES, Math.max(HARMLESS_BYTES, file.length * MAX_RATIO));
  const bytes = await unpack(file, limit).catch(() => null);
  const text = bytes?.toString('utf8').replace(/^\uFEFF/, '') ?? null;
  return text?.trimStart().startsWith('<') ? text : null;
}

async function unpack(file: Buffer, limit: number): Promise<Buffer | null> {
  if (file[0] === 0x1f && file[1] === 0x8b) return gunzipSync(file, { maxOutputLength: limit });
  return file.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1')) ? onlyEntry(await fromBufferPromise(file), limit) : file;
}

async function onlyEntry(zip: ZipFile, limit: number): Promise<Buffer | null> {
  if (zip.entryCount !== 1) return null;
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(entry);
  const [entry] = entries;
  // yauzl ends the stream with an error where the entry is longer than it says.
  if (!entry || entry.uncompressedSize > limit) return null;
  const chunks: Buffer[] = [];
  for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
