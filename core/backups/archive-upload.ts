import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { roomWatch } from './room.ts';

const NAME = /^backup-upload-[0-9a-f-]+(\.age)?$/;

/** Where an archive that somebody sent by the browser lies until it is restored: in the data folder, in no backup. */
export const uploadedArchive = (dataDir: string, sha256: string): string => join(dataDir, `backup-upload-${sha256}.age`);

export const isUploaded = (name: string): boolean => NAME.test(name);

/** Takes an archive in, and lets go of the one before. Raises BackupError when there is no room, and then nothing is left of it. */
export async function keepUpload(dataDir: string, content: AsyncIterable<Uint8Array>): Promise<{ sha256: string; bytes: number }> {
  await forgetUploads(dataDir);
  const [hash, part] = [createHash('sha256'), join(dataDir, `backup-upload-${randomUUID()}`)];
  let bytes = 0;
  const watch = roomWatch(dataDir, 'This archive');
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
    await rename(part, uploadedArchive(dataDir, sha256));
    return { sha256, bytes };
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Also what a process left that ended meanwhile. */
export async function forgetUploads(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) if (isUploaded(name)) await rm(join(dataDir, name), { force: true });
}
