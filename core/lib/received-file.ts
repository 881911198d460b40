import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface ReceivedFile {
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Writes what is sent to a file that no other user may read: first under `partPath` and a name of its own, once it is whole under the name
 * that its hash gives it. `watch` is told of each part and may refuse it by raising. Whatever goes wrong, nothing is left of it.
 */
export async function receiveFile(
  content: AsyncIterable<Uint8Array>,
  partPath: string,
  pathOf: (sha256: string) => string,
  watch: (bytes: number) => Promise<void>,
): Promise<ReceivedFile> {
  const [hash, part] = [createHash('sha256'), `${partPath}${randomUUID()}`];
  let bytes = 0;
  const guarded = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
      bytes += chunk.length;
      await watch(chunk.length);
      hash.update(chunk);
      yield chunk;
    }
  };
  try {
    await pipeline(Readable.from(guarded()), createWriteStream(part, { flags: 'wx', mode: 0o600 }));
    const sha256 = hash.digest('hex');
    await rename(part, pathOf(sha256));
    return { sha256, bytes };
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
