import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { transact } from '../db/scope.ts';
import type { BackupId } from '../lib/ids.ts';
import { BackupError } from './backup-error.ts';
import { claimBackups } from './claim.ts';
import { maybeNoRoom } from './complaints.ts';
import { type Machine, machineOf } from './machine.ts';
import { STAGE } from './manifest.ts';
import { openRepository } from './repository.ts';
import { clearLeftovers, machineTag, type Repository, restic } from './restic.ts';
import { type StageParts, stage } from './stage.ts';
import { failInterrupted, finishBackup, insertBackup } from './store.ts';
import { makeRoom, tidy } from './tidy.ts';
import { tryRestoring } from './trial.ts';
import { type Backup, PROBLEMS, type Report, type Trigger } from './types.ts';

type Result = Pick<Backup, 'state'> & Partial<Backup>;

/**
 * Makes one backup while mail comes in, restores it on trial, and lets go of those that the rules keep no longer. Answers what became of it;
 * what went wrong is in the answer as well. Raises AppError when another one is under way. It holds up its process.
 */
export async function takeBackup(parts: StageParts, trigger: Trigger, report: Report): Promise<Result> {
  const { scope, dataDir } = parts;
  const claim = claimBackups(dataDir);
  try {
    await transact(scope, failInterrupted);
    const id = await transact(scope, (tx) => insertBackup(tx, trigger));
    const result = await attempt(parts, id, report);
    await transact(scope, async (tx) => {
      await finishBackup(tx, id, result);
      tx.emit({ type: 'backup.finished', data: { backupId: id } });
    });
    return result;
  } finally {
    await rm(join(dataDir, STAGE), { recursive: true, force: true });
    claim.release();
  }
}

async function attempt(parts: StageParts, id: BackupId, report: Report): Promise<Result> {
  let stored: Partial<Backup> = {};
  try {
    const repository = await openRepository(parts.place);
    // One that was killed may have left its lock, also on the machine that this one was restored from. Whoever is at work keeps his.
    await restic(repository, ['unlock']);
    report({ step: 'copy', done: 0, total: 0, secondsLeft: null });
    const kept = await stage(parts);
    const machine = await machineOf(parts.dataDir, parts.scope.now());
    report({ step: 'store', done: 0, total: 0, secondsLeft: null });
    stored = await storeWithRoom(parts, repository, kept, { id, machine }, report);
    report({ step: 'trial', done: 0, total: 0, secondsLeft: null });
    const trial = await tryRestoring({ ...parts, repository }, stored.snapshot ?? '', stored.bytes ?? 0);
    report({ step: 'tidy', done: 0, total: 0, secondsLeft: null });
    const made = { snapshot: stored.snapshot ?? '', bytes: stored.bytes ?? 0, machine };
    const { snapshot, other } = await tidy(parts.scope, repository, made);
    const shared = {
      problem: 'shared',
      detail: `Another machine made backup ${other?.shortId} here at ${other?.at.toISOString()}.`,
    } as const;
    return { ...stored, ...trial, snapshot, state: 'verified', ...(other && shared) };
  } catch (error) {
    const problem = PROBLEMS.find((one) => error instanceof BackupError && error.problem === one) ?? 'other';
    return { ...stored, state: stored.snapshot ? 'kept' : 'failed', problem, detail: sentence(error) };
  }
}

type Named = { readonly id: BackupId; readonly machine: Machine };

/** Where there is no room, some is made, and it is tried once more. What that wrote in vain would fill the disk, maybe that of the data, so it goes. */
async function storeWithRoom(
  { scope, dataDir }: StageParts,
  repository: Repository,
  paths: readonly string[],
  named: Named,
  report: Report,
) {
  try {
    return await store(repository, dataDir, paths, named, report);
  } catch (error) {
    if (!maybeNoRoom(error)) throw error;
    report({ step: 'tidy', done: 0, total: 0, secondsLeft: null });
    await afterFailure(repository, () => makeRoom(scope, repository, named.machine)).catch(() => {
      throw error;
    });
  }
  try {
    return await store(repository, dataDir, paths, named, report);
  } catch (error) {
    if (maybeNoRoom(error)) await afterFailure(repository, () => clearLeftovers(repository)).catch(() => {});
    throw error;
  }
}

/** One that crashed has left its lock. */
async function afterFailure(repository: Repository, work: () => Promise<void>): Promise<void> {
  await restic(repository, ['unlock']);
  await work();
}

async function store(
  repository: Repository,
  cwd: string,
  paths: readonly string[],
  { id, machine }: Named,
  report: Report,
): Promise<Partial<Backup>> {
  let summary: ResticSummary | null = null;
  const onLine = (line: string): void => {
    const message: ResticStatus | ResticSummary = JSON.parse(line);
    if (message.message_type === 'summary') summary = message;
    else if (message.message_type === 'status')
      report({
        step: 'store',
        done: message.bytes_done ?? 0,
        total: message.total_bytes ?? 0,
        secondsLeft: message.seconds_remaining ?? null,
      });
  };
  const tags = ['--tag', `centrala-${id}`, '--tag', machineTag(machine.id)];
  const how = ['--json', '--host', 'centrala', ...tags, '--exclude', 'blobs/incoming'];
  await restic(repository, ['backup', ...how, '--', ...paths], { cwd, onLine, accept: [3] });
  const done = summary as ResticSummary | null;
  if (done === null) throw new BackupError('restic did not say what it stored.');
  return {
    snapshot: done.snapshot_id.slice(0, 8),
    bytes: done.total_bytes_processed,
    addedBytes: done.data_added,
    files: done.total_files_processed,
  };
}

interface ResticStatus {
  readonly message_type: 'status';
  readonly bytes_done?: number;
  readonly total_bytes?: number;
  readonly seconds_remaining?: number;
}
interface ResticSummary {
  readonly message_type: 'summary';
  readonly snapshot_id: string;
  readonly total_bytes_processed: number;
  readonly data_added: number;
  readonly total_files_processed: number;
}

/** What is to be read about a failure, in English. */
export function sentence(error: unknown): string {
  if (error instanceof BackupError) return [error.message, error.help].filter(Boolean).join(' ');
  return error instanceof Error ? error.message : String(error);
}
