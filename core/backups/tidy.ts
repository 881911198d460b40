import { type Scope, transact } from '../db/scope.ts';
import { isAhead, newestOf } from './newest.ts';
import { forgetByRules, markVerified, type Repository, restic, snapshots } from './restic.ts';
import { PERIODS, readSchedule } from './schedule.ts';
import { forgetBackups } from './store.ts';

/** A backup that was just restored on trial: its name and its own tag in the repository. */
export interface Made {
  readonly snapshot: string;
  readonly tag: string;
  readonly bytes: number;
}

/**
 * Marks the new one as good and lets the others go by the rules, which count good ones only; those that are not good go once a good one is newer.
 * restic would take those of a clock that was ahead for the newest, and let the new one go for them: they have places of their own until their
 * time has come. Answers the name of the new one, which the mark changes.
 */
export async function tidy(scope: Scope, repository: Repository, { snapshot, tag, bytes }: Made): Promise<string> {
  const before = await snapshots(repository);
  const now = before.find(({ shortId }) => shortId === snapshot)?.at ?? scope.now();
  const ahead = before.filter((one) => one.isVerified && isAhead(one, now)).length;
  await markVerified(repository, snapshot, bytes);
  const { keep } = await readSchedule(scope);
  const rules = PERIODS.flatMap((period) => (keep[period] > 0 ? [`--keep-${period}`, String(keep[period] + ahead)] : []));
  await forgetByRules(repository, rules);
  const left = await snapshots(repository);
  const good = left.filter(({ isVerified }) => isVerified);
  const bad = left.filter(({ isVerified }) => !isVerified).map(({ id }) => id);
  if (bad.length > 0) await restic(repository, ['forget', '--prune', ...bad]);
  await transact(scope, (tx) =>
    forgetBackups(
      tx,
      good.map(({ shortId }) => shortId),
    ),
  );
  const made = good.filter(({ tags }) => tags.includes(tag));
  return newestOf(made, now)?.shortId ?? snapshot;
}
