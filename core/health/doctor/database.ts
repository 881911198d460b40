import { dirname } from 'node:path';
import { lastEndedBackup, lastGoodBackup } from '../../backups/list.ts';
import { MAX_AGE_MS } from '../../backups/types.ts';
import { databaseClock } from '../../db/dialect.ts';
import { quickCheck } from '../../db/file-check.ts';
import type { Scope } from '../../db/scope.ts';
import { dispatchLagMs } from '../../events/store.ts';
import { AppError } from '../../lib/errors.ts';
import { pingDatabase } from '../store.ts';
import { fileAdvice } from './file-advice.ts';
import { broken, type Finding, reasonOf, text, utcSecond, well, worthKnowing } from './finding.ts';

const MAX_LAG_MS = 60_000;
const MAX_DRIFT_MS = 120_000;

export interface DoctorDatabase {
  readonly scope: Scope;
  /** By the name a person knows it by. */
  readonly where: string;
  /** Of SQLite; null: PostgreSQL. */
  readonly file: string | null;
  readonly exists: boolean;
  /** A restore is changing it, or was interrupted while it did. */
  readonly isHalfRestored?: boolean;
  /** The data went to PostgreSQL, whose address is not set. */
  readonly isElsewhere?: boolean;
  /** It does not exist, and there is mail that belongs to one. */
  readonly isLost?: () => Promise<boolean>;
  readonly pendingMigrations: () => Promise<number>;
}

/** Whether the database answers and is of this version; `isUsable` says whether it is worth looking further. */
export async function databaseFindings(database: DoctorDatabase): Promise<{ findings: readonly Finding[]; isUsable: boolean }> {
  const { scope, where, file, exists } = database;
  const what = text('health.database.what');
  if (database.isHalfRestored)
    return { findings: [broken(what, text('health.database.halfRestored'), text('health.database.halfRestoredAdvice'))], isUsable: false };
  if (database.isElsewhere)
    return { findings: [broken(what, text('health.database.elsewhere'), text('health.database.elsewhereAdvice'))], isUsable: false };
  if (await database.isLost?.())
    return { findings: [broken(what, text('health.database.lost', { where }), text('health.database.lostAdvice'))], isUsable: false };
  if (!exists) return { findings: [worthKnowing(what, text('health.database.notYet', { where }))], isUsable: false };
  try {
    await pingDatabase(scope);
    const reachable = well(what, text('health.database.ok', { where }));
    const migrations = text('health.migrations.what');
    const pending = await database.pendingMigrations();
    if (pending === 0) return { findings: [reachable, well(migrations, text('health.migrations.ok'))], isUsable: true };
    const seen = text('health.migrations.pending', { n: pending });
    return { findings: [reachable, worthKnowing(migrations, seen, text('health.migrations.advice'))], isUsable: false };
  } catch (error) {
    const isNewer = error instanceof AppError && error.code === 'newer_version';
    const usual = file === null ? text('health.database.serverAdvice') : fileAdvice(error, dirname(file), text('health.integrity.advice'));
    const advice = isNewer ? text('health.database.newerAdvice') : usual;
    return { findings: [broken(what, text('health.database.fails', { where, reason: reasonOf(error) }), advice)], isUsable: false };
  }
}

/** What SQLite says of its own file, looked at in a thread of its own. */
export async function integrityFindings({ file, scope }: DoctorDatabase, signal: AbortSignal): Promise<readonly Finding[]> {
  const what = text('health.integrity.what');
  if (file === null) return [await serverClock(scope)];
  let advice = text('health.integrity.advice');
  const wrong = await quickCheck(file, signal).catch((error: unknown) => {
    // A file that is damaged where it begins cannot even be asked.
    advice = fileAdvice(error, dirname(file), advice);
    return [reasonOf(error)];
  });
  if (wrong === null) return [worthKnowing(what, text('health.integrity.long'), text('health.integrity.longAdvice'))];
  if (wrong.length === 0) return [well(what, text('health.integrity.ok'))];
  return [broken(what, wrong.join('; ').slice(0, 500), advice)];
}

async function serverClock(scope: Scope): Promise<Finding> {
  const what = text('health.clock.server');
  const at = await databaseClock(scope.db);
  if (Math.abs(at.getTime() - scope.now().getTime()) < MAX_DRIFT_MS) return well(what, utcSecond(at));
  return broken(what, text('health.clock.differs', { now: utcSecond(scope.now()), disk: utcSecond(at) }), text('health.clock.advice'));
}

export async function backupFindings(scope: Scope): Promise<readonly Finding[]> {
  const what = text('health.backups.what');
  const [verifiedAt, last] = await Promise.all([lastGoodBackup(scope), lastEndedBackup(scope)]);
  const hours = verifiedAt && Math.round((scope.now().getTime() - verifiedAt.getTime()) / 3_600_000);
  const seen = hours === null ? text('health.backups.none') : text('health.backups.age', { hours });
  if (last?.state === 'failed' || last?.state === 'kept') {
    const advice = last.problem && last.problem !== 'other' ? `backups.problem.${last.problem}` : 'health.backups.oldAdvice';
    return [broken(what, text('health.backups.failed', { good: seen }), text(advice))];
  }
  if (last?.problem === 'shared') return [broken(what, seen, text('backups.problem.shared'))];
  if (hours === null) return [worthKnowing(what, seen, text('health.backups.noneAdvice'))];
  return [hours * 3_600_000 > MAX_AGE_MS ? broken(what, seen, text('health.backups.oldAdvice')) : well(what, seen)];
}

export async function eventFindings(scope: Scope): Promise<readonly Finding[]> {
  const what = text('health.events.what');
  const lagMs = await dispatchLagMs(scope);
  if (lagMs < MAX_LAG_MS) return [well(what, text('health.events.ok'))];
  return [worthKnowing(what, text('health.events.late', { seconds: Math.round(lagMs / 1000) }), text('health.events.advice'))];
}
