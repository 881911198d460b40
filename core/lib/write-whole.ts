import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Puts a file in place whole, readable by its owner only: a crash leaves the old one or the new one. Makes the folder where there is none. */
export async function writeFileWhole(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // Of its own name: several processes may write the same file at once, and the last one's stays.
  const fresh = `${file}.${randomBytes(6).toString('hex')}.new`;
  try {
    await writeFile(fresh, text, { flag: 'wx', mode: 0o600, flush: true });
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

/** Writes a file that must not be there yet, readable by its owner only. What cannot be written whole is not there afterwards. */
export async function writeNewFile(file: string, content: string | Buffer): Promise<void> {
  const opened = await open(file, 'wx', 0o600);
  try {
    await opened.writeFile(content);
    await opened.sync();
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await opened.close();
  }
}
