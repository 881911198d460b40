import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../lib/log.ts';
import type { Writer } from './writer-thread.ts';

const MIN_AGE_MS = 60_000;

/**
 * After a crash: a file without a row was never answered with "kept", so its sender still has the mail; once it is old enough not to be in
 * work it goes. A row without a file is only reported: the blob store may have taken the file over just before the crash.
 */
export async function recoverFiles(folder: string, writer: Writer, log: Log): Promise<void> {
  const rows = new Set((await writer.ask({ do: 'files' })) as string[]);
  for (const name of await readdir(folder)) {
    if (rows.delete(name)) continue;
    const path = join(folder, name);
    if (Date.now() - (await stat(path)).mtimeMs < MIN_AGE_MS) continue;
    await rm(path, { force: true });
    log.info('spool_leftover_removed', { id: name });
  }
  for (const id of rows) log.warn('spool_file_missing', { id });
}
