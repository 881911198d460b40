import { z } from 'zod';
import type { StoredAttachment } from '../ingest/types.ts';
import { InvalidError } from '../lib/errors.ts';
import { HEAD_BYTES, typeByContent } from '../lib/file-type.ts';
import { storable } from '../lib/text.ts';

/** Room for a body whose attachments fill what most mail servers take, in base64. */
export const MAX_UPLOAD_BYTES = 64 * 1024 * 1024;

/** Where bytes are put: on disk when the promise resolves. */
export interface ByteStore {
  put(content: Uint8Array): Promise<{ readonly sha256: string; readonly bytes: number }>;
}

const MEDIA_TYPE = /^[\w!#$&^.+-]{1,80}\/[\w!#$&^.+-]{1,80}$/;

/** Attachments of a message to write. */
export const newAttachments = z
  .array(
    z.strictObject({
      filename: z.string().min(1).max(255).describe('A name, not a path.'),
      contentType: z.string().regex(MEDIA_TYPE, 'must be a media type such as "application/pdf"'),
      contentBase64: z.string().describe('Base64 (RFC 4648 §4).'),
    }),
  )
  .max(50);

/** Decodes and stores attachments. Throws InvalidError naming the one that is not base64. */
export async function storeAttachments(
  store: ByteStore,
  attachments: z.output<typeof newAttachments> = [],
): Promise<readonly StoredAttachment[]> {
  const decoded = attachments.map(({ contentBase64 }, index) => decode(contentBase64, index));
  const stored: StoredAttachment[] = [];
  for (const [index, { filename, contentType }] of attachments.entries()) {
    const bytes = decoded[index] ?? new Uint8Array();
    const blob = await store.put(bytes);
    const name = storable(filename).replace(/[\p{Cc}/\\]+/gu, '_');
    stored.push({
      filename: name,
      contentType: typeByContent(bytes.subarray(0, HEAD_BYTES), contentType),
      contentId: null,
      inline: false,
      ...blob,
    });
  }
  return stored;
}

/** Line breaks and missing padding are tolerated; anything else outside the alphabet is not. */
function decode(text: string, index: number): Buffer {
  const compact = text.replace(/[\r\n]+/g, '').replace(/={0,2}$/, '');
  if (compact.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(compact))
    throw new InvalidError({ [`attachments.${index}.contentBase64`]: 'is not base64' });
  return Buffer.from(compact, 'base64');
}
