import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Puts a file in place whole, readable by its owner only: a crash leaves the old one or the new one. Makes the folder where there is none. */
export async function writeFileWhole(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(`${file}.new`, 'w', 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}
