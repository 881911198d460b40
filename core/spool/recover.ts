import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorFacts, type Log } from '../lib/log.ts';
import type { Writer } from './writer-thread.ts';

const MIN_AGE_MS = 60_000;

/**
 * After a crash: a file without a row was never answered with "kept", so its sender still has the mail; it goes, once it is old enough not
 * to be in work. Answers the names that are too young yet. A row without a file is only reported: the blob store may have taken the file
 * over just before the crash.
 */
export async function recoverFiles(folder: string, writer: Writer, log: Log): Promise<readonly string[]> {
  const rows = await rowsWithFiles(writer);
  const young: string[] = [];
  for (const name of await readdir(folder)) {
    if (rows.delete(name)) continue;
    if (Date.now() - (await stat(join(folder, name))).mtimeMs < MIN_AGE_MS) young.push(name);
    else await removeLeftover(folder, name, log);
  }
  for (const id of rows) log.warn('spool_file_missing', { id });
  return young;
}

/** A while later: removes those that were too young at the start and still have no row. Answers a function that calls it off. */
export function recoverLater(young: readonly string[], folder: string, writer: Writer, log: Log): () => void {
  const remove = async (): Promise<void> => {
    const rows = await rowsWithFiles(writer);
    for (const name of young) if (!rows.has(name)) await removeLeftover(folder, name, log);
  };
  const timer = setTimeout(() => {
    remove().catch((error: unknown) => log.warn('spool_recovery_failed', errorFacts(error)));
  }, 2 * MIN_AGE_MS).unref();
  return () => clearTimeout(timer);
}

const rowsWithFiles = async (writer: Writer): Promise<Set<string>> => new Set((await writer.ask({ do: 'files' })) as string[]);

async function removeLeftover(folder: string, name: string, log: Log): Promise<void> {
  await rm(join(folder, name), { force: true });
  log.info('spool_leftover_removed', { id: name });
}
