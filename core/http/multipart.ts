import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import busboy from 'busboy';
import { HEAD_BYTES, typeByContent } from '../lib/file-type.ts';
import { storable } from '../lib/text.ts';
import type { BodyLimits } from './body.ts';
import type { Upload } from './context.ts';
import { BadRequestError } from './params.ts';

const MAX_FILES = 50;
const MAX_FIELDS = 500;

export interface Multipart {
  readonly fields: readonly (readonly [string, string])[];
  readonly uploads: readonly Upload[];
}

/**
 * Reads a multipart/form-data body (RFC 7578) while it arrives: each file goes straight to the store, never whole into memory.
 * Throws RangeError when the body passes `maxBytes` or the part limits, BadRequestError when it is cut or malformed.
 */
export async function readMultipart(req: IncomingMessage, { maxBytes, store }: Pick<BodyLimits, 'maxBytes' | 'store'>): Promise<Multipart> {
  const fields: [string, string][] = [];
  const files: Promise<Upload>[] = [];
  const parser = createParser(req, maxBytes);
  let failure: Error | null = null;
  let bytes = 0;

  await new Promise<void>((resolve) => {
    const stop = (error: Error): void => {
      failure ??= error;
      req.unpipe(parser);
      parser.destroy();
      resolve();
    };
    const tooMuch = (): void => stop(new RangeError('the body is over its limit'));
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes && failure === null) tooMuch();
    });
    for (const event of ['aborted', 'error']) req.once(event, () => stop(new BadRequestError('The request was cut off')));
    parser.on('field', (name, value, { nameTruncated, valueTruncated }) => {
      if (nameTruncated || valueTruncated) tooMuch();
      else fields.push([name, value]);
    });
    parser.on('file', (field, stream, { filename, mimeType }) => {
      stream.once('limit', tooMuch);
      const file = readFile(field, stream, filename, mimeType, store);
      file.catch((error: unknown) => stop(error instanceof Error ? error : new Error(String(error))));
      files.push(file);
    });
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) parser.once(limit, tooMuch);
    parser.once('error', () => stop(new BadRequestError('The form is malformed')));
    parser.once('close', resolve);
    req.pipe(parser);
  });

  const settled = await Promise.allSettled(files);
  if (failure) throw failure;
  const uploads = settled.flatMap((file) => (file.status === 'fulfilled' ? [file.value] : []));
  // A browser sends one part without name and content for an empty file field.
  return { fields, uploads: uploads.filter((upload) => upload.filename !== '' || upload.bytes > 0) };
}

function createParser(req: IncomingMessage, maxBytes: number): busboy.Busboy {
  try {
    return busboy({
      headers: req.headers,
      defParamCharset: 'utf8',
      limits: { files: MAX_FILES, fields: MAX_FIELDS, fieldSize: Math.min(maxBytes, 2_097_152), fileSize: maxBytes, headerPairs: 50 },
    });
  } catch {
    throw new BadRequestError('The form is malformed');
  }
}

async function readFile(
  field: string,
  stream: Readable,
  filename: string | undefined,
  type: string,
  store: BodyLimits['store'],
): Promise<Upload> {
  const about = { field: storable(field), filename: storable(nameOf(filename)).slice(0, 255), contentType: storable(type).slice(0, 127) };
  if (store !== null && filename !== undefined && filename !== '') {
    const head: Uint8Array[] = [];
    const stored = await store.put(noting(stream, head));
    return { ...about, contentType: typeByContent(Buffer.concat(head), about.contentType), ...stored };
  }
  stream.resume();
  return { ...about, filename: '', bytes: 0, sha256: '' };
}

/** Browsers write exactly these three signs of a name as %22, %0D and %0A, and no other (HTML, “multipart/form-data encoding algorithm”). */
const nameOf = (filename = ''): string => filename.replaceAll('%22', '"').replace(/(?:%0D|%0A)+/g, ' ');

/** The same bytes; those at the beginning are remembered. */
async function* noting(stream: AsyncIterable<Uint8Array>, head: Uint8Array[]): AsyncGenerator<Uint8Array> {
  let left = HEAD_BYTES;
  for await (const chunk of stream) {
    if (left > 0) head.push(chunk.subarray(0, left));
    left -= chunk.length;
    yield chunk;
  }
}
