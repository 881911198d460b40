import type { Scope, WriteScope } from '../db/scope.ts';
import type { BackupId } from '../lib/ids.ts';
import type { Backup, BackupState, Trigger } from './types.ts';

const COLUMNS = [
  'id',
  'trigger',
  'state',
  'started_at as startedAt',
  'finished_at as finishedAt',
  'snapshot',
  'bytes',
  'added_bytes as addedBytes',
  'files',
  'rows',
  'files_compared as filesCompared',
  'problem',
  'detail',
] as const;

/** The newest first. */
export async function listBackups({ db }: Scope, limit: number): Promise<readonly Backup[]> {
  const rows: Backup[] = await db('backups')
    .orderBy('id', 'desc')
    .limit(limit)
    .select(...COLUMNS);
  return rows.map((row) => ({ ...row, bytes: Number(row.bytes), addedBytes: Number(row.addedBytes) }));
}

/** The newest that came to an end: one that is under way says nothing yet. Null when there is none. */
export async function lastEnded(scope: Scope): Promise<Backup | null> {
  // One at a time.
  return (await listBackups(scope, 2)).find(({ state }) => state !== 'running') ?? null;
}

/** When a backup last began, whatever became of it. One made while the clock was ahead counts for nothing until its time has come. */
export async function lastStartedAt({ db, now }: Scope): Promise<Date | null> {
  const row = await db('backups').where('started_at', '<=', now().toISOString()).orderBy('id', 'desc').first('started_at');
  return row ? new Date(row.started_at) : null;
}

/** When the last backup that was restored on trial began; null when there is none. Of a clock that was ahead as above. */
export async function lastVerifiedAt({ db, now }: Scope): Promise<Date | null> {
  const row = await db('backups')
    .where({ state: 'verified' })
    .where('started_at', '<=', now().toISOString())
    .orderBy('id', 'desc')
    .first('started_at');
  return row ? new Date(row.started_at) : null;
}

export async function insertBackup(tx: WriteScope, trigger: Trigger): Promise<BackupId> {
  const [row] = await tx.db('backups').insert({ trigger, state: 'running', started_at: tx.now().toISOString() }).returning('id');
  return row.id;
}

export async function finishBackup(tx: WriteScope, id: BackupId, result: Partial<Backup> & { readonly state: BackupState }): Promise<void> {
  const {
    state,
    snapshot = null,
    bytes = 0,
    addedBytes = 0,
    files = 0,
    rows = 0,
    filesCompared = 0,
    problem = null,
    detail = null,
  } = result;
  const values = { state, snapshot, bytes, files, rows, problem, detail, added_bytes: addedBytes, files_compared: filesCompared };
  await tx
    .db('backups')
    .where({ id })
    .update({ ...values, finished_at: tx.now().toISOString() });
}

/** The copy inside a backup says of that very backup that it is under way. */
export async function settleRestored(
  tx: WriteScope,
  { snapshot, files, rows, finishedAt }: { snapshot: string; files: number; rows: number; finishedAt: string },
): Promise<void> {
  const values = { state: 'verified', snapshot, rows, files_compared: files, finished_at: finishedAt };
  await tx.db('backups').where({ state: 'running' }).update(values);
}

/** What still runs although nobody runs it: the process ended in between. */
export async function failInterrupted(tx: WriteScope): Promise<number> {
  const detail = 'The process ended before the backup did.';
  return tx
    .db('backups')
    .where({ state: 'running' })
    .update({ state: 'failed', problem: 'interrupted', detail, finished_at: tx.now().toISOString() });
}

/** Rows of snapshots that are no longer kept, and of failures before the oldest that is. */
export async function forgetBackups(tx: WriteScope, kept: readonly string[]): Promise<void> {
  const oldest = await tx
    .db('backups')
    .whereIn('snapshot', [...kept])
    .min<{ id: number | null }[]>({ id: 'id' });
  await tx
    .db('backups')
    .whereNotNull('snapshot')
    .whereNotIn('snapshot', [...kept])
    .delete();
  if (oldest[0]?.id) await tx.db('backups').where('id', '<', oldest[0].id).whereNull('snapshot').delete();
}
