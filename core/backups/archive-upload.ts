import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ReceivedFile, receiveFile } from '../lib/received-file.ts';
import { roomWatch } from './room.ts';

const NAME = /^backup-upload-[0-9a-f-]+(\.age)?$/;

/** Where an archive that somebody sent by the browser lies until it is restored: in the data folder, in no backup. */
export const uploadedArchive = (dataDir: string, sha256: string): string => join(dataDir, `backup-upload-${sha256}.age`);

export const isUploaded = (name: string): boolean => NAME.test(name);

/** Takes an archive in, and lets go of the one before. Raises BackupError when there is no room, and then nothing is left of it. */
export async function keepUpload(dataDir: string, content: AsyncIterable<Uint8Array>): Promise<ReceivedFile> {
  await forgetUploads(dataDir);
  const pathOf = (sha256: string): string => uploadedArchive(dataDir, sha256);
  return receiveFile(content, join(dataDir, 'backup-upload-'), pathOf, roomWatch(dataDir, 'This archive'));
}

/** Also what a process left that ended meanwhile. */
export async function forgetUploads(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) if (isUploaded(name)) await rm(join(dataDir, name), { force: true });
}
