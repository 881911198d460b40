import { type Scope, transact } from '../db/scope.ts';
import { readGeneral } from '../settings/general.ts';
import { BackupError } from './backup-error.ts';
import type { Machine } from './machine.ts';
import { keptOf, latestOther, newestOf, othersOf } from './newest.ts';
import { clearLeftovers, forget, markVerified, type Repository, type Snapshot, snapshots } from './restic.ts';
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
  const others = othersOf(all, machine, made);
  const gone = await beyondRules(scope, all, others, made);
  await forget(repository, gone);
  await keepRowsOf(scope, all, gone);
  return { snapshot: made.shortId, other: latestOther(others, all, machine, made) };
}

/**
 * Where there is no room for a new one: lets go by the rules as if the newest good one of this machine had just been made, and of what failed
 * attempts left. That one stays, and whatever came after it.
 */
export async function makeRoom(scope: Scope, repository: Repository, machine: Machine): Promise<void> {
  const all = await snapshots(repository);
  const newest = newestOf(
    all.filter((one) => one.isVerified && one.machine === machine.id),
    scope.now(),
  );
  if (newest) {
    const gone = (await beyondRules(scope, all, othersOf(all, machine, newest), newest)).filter(({ at }) => at <= newest.at);
    await forget(repository, gone, 'later');
    await keepRowsOf(scope, all, gone);
  }
  await clearLeftovers(repository);
}

/** What goes now that `made` is there. */
async function beyondRules(
  scope: Scope,
  all: readonly Snapshot[],
  others: readonly Snapshot[],
  made: Snapshot,
): Promise<readonly Snapshot[]> {
  const { keep, timeZone } = await readSchedule(scope);
  const zone = timeZone ?? (await readGeneral(scope)).timeZone;
  const good = all.filter((one) => one.isVerified && !others.includes(one));
  const kept = keptOf(good, keep, made, zone);
  return all.filter((one) => !kept.includes(one) && !others.includes(one));
}

async function keepRowsOf(scope: Scope, all: readonly Snapshot[], gone: readonly Snapshot[]): Promise<void> {
  const names = all.filter((one) => !gone.includes(one)).map(({ shortId }) => shortId);
  await transact(scope, (tx) => forgetBackups(tx, names));
}
