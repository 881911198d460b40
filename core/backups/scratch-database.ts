import { writeFile } from 'node:fs/promises';
import type { Scope } from '../db/scope.ts';
import { BackupError } from './backup-error.ts';
import { postgresTool } from './postgres-tools.ts';

/** A new empty database beside the one of this address, and how to be rid of it. Raises BackupError when the user may not make one. */
export async function scratchDatabase({ db }: Scope, url: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `centrala_trial_${process.pid}_${Date.now().toString(36)}`;
  await db.raw('create database ?? template template0', [name]).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === '42501')) throw error;
    const help = 'Allow it once: ALTER ROLE name CREATEDB;';
    throw new BackupError(
      'The backup is kept, but could not be restored on trial: the user of PostgreSQL may not make a database.',
      help,
      'no_trial_database',
    );
  });
  const address = new URL(url);
  address.pathname = `/${name}`;
  const drop = async (): Promise<void> => void (await db.raw('drop database if exists ?? with (force)', [name]));
  return { url: address.href, drop };
}

/** Restores a dump whole or not at all into a database where its schema has nothing yet. */
export async function restoreDump(path: string, url: string, file: string): Promise<void> {
  const list = await postgresTool(path, 'pg_restore', null, ['--list', file]);
  // The schema itself is there already.
  const entries = list.split('\n').filter((line) => !/^\d+; \d+ \d+ (SCHEMA|COMMENT) - /.test(line));
  const kept = `${file}.list`;
  await writeFile(kept, entries.join('\n'));
  await postgresTool(path, 'pg_restore', url, [
    '--exit-on-error',
    '--single-transaction',
    '--no-owner',
    '--no-privileges',
    `--use-list=${kept}`,
    file,
  ]);
}
