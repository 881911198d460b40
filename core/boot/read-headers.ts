import { buffer } from 'node:stream/consumers';
import { BlobMissingError, type Blobs } from '../blobs/blobs.ts';
import type { ReadHeaders } from '../rules/complete.ts';

/** The beginning of stored mails; one whose file is gone has none. */
export const headersFrom =
  (blobs: Pick<Blobs, 'open'>): ReadHeaders =>
  async (sha256, bytes) => {
    try {
      return await buffer(await blobs.open(sha256, { start: 0, end: bytes - 1 }));
    } catch (error) {
      if (error instanceof BlobMissingError) return null;
      throw error;
    }
  };
