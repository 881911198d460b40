import { type Scope, transact } from '../db/scope.ts';
import { BackupError } from './backup-error.ts';
import { keptOf } from './newest.ts';
import { forget, markVerified, type Repository, snapshots } from './restic.ts';
import { readSchedule } from './schedule.ts';
import { forgetBackups } from './store.ts';

/** A backup that was just restored on trial. */
export interface Made {
  /** Its short name in the repository. */
  readonly snapshot: string;
  readonly bytes: number;
}

/**
 * Marks the new one as good and lets the others go by the rules, which count good ones only; those that are not good go as there is a newer
 * good one. Answers the name of the new one, which the mark changes. Raises BackupError when it is not there.
 */
export async function tidy(scope: Scope, repository: Repository, { snapshot, bytes }: Made): Promise<string> {
  await markVerified(repository, snapshot, bytes);
  const all = await snapshots(repository);
  const made = all.find(({ original }) => original?.startsWith(snapshot));
  if (!made) throw new BackupError('The backup that was just made is not there.');
  const { keep } = await readSchedule(scope);
  const good = all.filter(({ isVerified }) => isVerified);
  const kept = keptOf(good, keep, made);
  const gone = all.filter((one) => !kept.includes(one));
  await forget(repository, gone);
  const names = kept.map(({ shortId }) => shortId);
  await transact(scope, (tx) => forgetBackups(tx, names));
  return made.shortId;
}
