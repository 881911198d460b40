import { type Scope, transact } from '../db/scope.ts';
import { BackupError } from './backup-error.ts';
import type { Machine } from './machine.ts';
import { keptOf, latestOther, othersOf } from './newest.ts';
import { forget, markVerified, type Repository, type Snapshot, snapshots } from './restic.ts';
import { readSchedule } from './schedule.ts';
import { forgetBackups } from './store.ts';

/** A backup that was just restored on trial. */
export interface Made {
  /** Its short name in the repository. */
  readonly snapshot: string;
  readonly bytes: number;
  readonly machine: Machine;
}

/** How it is after that. */
export interface Tidied {
  /** The name of the new one, which the mark changes. */
  readonly snapshot: string;
  /** The newest that another machine made here since this one's last; null when there is none. */
  readonly other: Snapshot | null;
}

/**
 * Marks the new one as good and lets the others go by the rules, which count good ones only; those that are not good go as there is a newer
 * good one. What another machine makes in the same place is its own. Raises BackupError when the new one is not there.
 */
export async function tidy(scope: Scope, repository: Repository, { snapshot, bytes, machine }: Made): Promise<Tidied> {
  await markVerified(repository, snapshot, bytes);
  const all = await snapshots(repository);
  const made = all.find(({ original }) => original?.startsWith(snapshot));
  if (!made) throw new BackupError('The backup that was just made is not there.');
  const { keep } = await readSchedule(scope);
  const others = othersOf(all, machine, made);
  const good = all.filter((one) => one.isVerified && !others.includes(one));
  const kept = keptOf(good, keep, made);
  const gone = all.filter((one) => !kept.includes(one) && !others.includes(one));
  await forget(repository, gone);
  const names = [...kept, ...others].map(({ shortId }) => shortId);
  await transact(scope, (tx) => forgetBackups(tx, names));
  return { snapshot: made.shortId, other: latestOther(others, all, machine, made) };
}
