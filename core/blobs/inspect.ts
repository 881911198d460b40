import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { BlobMissingError, type Blobs } from './blobs.ts';

export type BlobState = 'ok' | 'missing' | 'damaged';

/**
 * Reads a stored file to its end and compares it with its name and size. With `bytesPerSecond` it leaves the disk to others in between.
 * Raises what the disk raises when the file is there but cannot be read for another reason than damage.
 */
export async function inspectBlob(
  blobs: Pick<Blobs, 'open'>,
  blob: { readonly sha256: string; readonly bytes: number },
  bytesPerSecond = Number.POSITIVE_INFINITY,
): Promise<BlobState> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of await blobs.open(blob.sha256)) {
      hash.update(chunk);
      bytes += chunk.length;
      const restMs = (chunk.length / bytesPerSecond) * 1000;
      if (restMs >= 1) await wait(restMs);
    }
  } catch (error) {
    if (error instanceof BlobMissingError) return 'missing';
    // A file on a bad sector: the bytes are as good as gone.
    if (error instanceof Error && 'code' in error && error.code === 'EIO') return 'damaged';
    throw error;
  }
  return bytes === blob.bytes && hash.digest('hex') === blob.sha256 ? 'ok' : 'damaged';
}
