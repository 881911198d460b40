import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';

/**
 * Bodies up to this size go into the database row and share its wait for the disk. Larger ones are in a file of their own, written once, which
 * becomes the stored one: that is less work, and less waiting as well where several come at once.
 */
export const INLINE_BYTES = { alone: 256 * 1024, among: 64 * 1024 };

export type ReadBody =
  | { readonly kind: 'inline'; readonly content: Uint8Array<ArrayBuffer>; readonly bytes: number; readonly sha256: null }
  | { readonly kind: 'file'; readonly bytes: number; readonly sha256: string }
  | { readonly kind: 'too_large'; readonly bytes: number };

/**
 * Reads a body to its end whatever happens, since the sender cannot be answered before. One above `inlineBytes` is in `path` and synced when
 * this returns; its folder is not. When the disk fails the rest is still read, then the error is raised. Leaves no file behind on failure.
 */
export async function readBody(body: AsyncIterable<Uint8Array>, path: string, maxBytes: number, inlineBytes: number): Promise<ReadBody> {
  const large = largeBody(path);
  let chunks: Uint8Array[] = [];
  let bytes = 0;
  let failure: unknown = null;
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (failure !== null || bytes > maxBytes) {
        chunks = [];
        continue;
      }
      chunks.push(chunk);
      if (bytes <= inlineBytes) continue;
      const ready = chunks;
      chunks = [];
      await large.write(ready).catch((error: unknown) => {
        failure = error;
      });
    }
    if (failure !== null) throw failure;
    if (bytes > maxBytes) {
      await large.discard();
      return { kind: 'too_large', bytes };
    }
    if (bytes > inlineBytes) return { kind: 'file', bytes, sha256: await large.finish() };
    return { kind: 'inline', content: joined(chunks, bytes), bytes, sha256: null };
  } catch (error) {
    await large.discard();
    throw error;
  }
}

// A buffer of its own, so that it can be handed to the writer thread without copying.
function joined(chunks: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

function largeBody(path: string) {
  const hash = createHash('sha256');
  let file: FileHandle | null = null;
  let isThere = false;
  const close = async (): Promise<void> => {
    const handle = file;
    file = null;
    await handle?.close();
  };
  return {
    write: async (chunks: readonly Uint8Array[]): Promise<void> => {
      file ??= await open(path, 'wx', 0o600);
      isThere = true;
      for (const chunk of chunks) {
        hash.update(chunk);
        await file.writeFile(chunk);
      }
    },
    finish: async (): Promise<string> => {
      await file?.datasync();
      await close();
      return hash.digest('hex');
    },
    discard: async (): Promise<void> => {
      if (!isThere) return;
      await close().catch(() => {});
      await rm(path, { force: true });
    },
  };
}
