import { existsSync } from 'node:fs';
import { type Config, databaseFile } from '../../../config/config.ts';
import { lastVerifiedAt } from '../../backups/store.ts';
import { MAX_AGE_MS } from '../../backups/types.ts';
import { connect } from '../../db/connect.ts';
import { pendingMigrations } from '../../db/migrate.ts';
import { placeOf } from '../../db/open.ts';
import type { Scope } from '../../db/scope.ts';
import { dispatchLagMs } from '../../events/store.ts';
import { pingDatabase } from '../../health/store.ts';
import { MIGRATIONS } from '../installation.ts';
import { broken, type Finding, reasonOf, well, worthKnowing } from './finding.ts';

const MAX_LAG_MS = 60_000;

/** Looks at the database without changing it. `inspect` runs when it is there and of this version. */
export async function databaseFindings(
  config: Config,
  inspect: (scope: Scope) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const target = { url: config.databaseUrl, file: databaseFile(config) };
  const where = placeOf(target);
  if (config.databaseUrl === null && !existsSync(databaseFile(config)))
    return [worthKnowing('database', `${where} does not exist yet; the first start makes it`)];
  const db = connect(target);
  const scope: Scope = { db, now: () => new Date(), actor: { kind: 'system', task: 'doctor' }, wakeOutbox: () => {} };
  try {
    await pingDatabase(scope);
    const reachable = well('database', `${where} answers`);
    const pending = await pendingMigrations(db, MIGRATIONS);
    if (pending > 0) return [reachable, worthKnowing('migrations', `${pending} to run`, 'The next start runs them.')];
    return [reachable, well('migrations', 'up to date'), ...(await dispatcher(scope)), await backups(scope), ...(await inspect(scope))];
  } catch (error) {
    const advice =
      config.databaseUrl === null ? 'Restore the file from a backup.' : 'Check CENTRALA_DATABASE_URL and that the server runs.';
    return [broken('database', `${where} does not work (${reasonOf(error)})`, advice)];
  } finally {
    await db.destroy();
  }
}

async function backups(scope: Scope): Promise<Finding> {
  const verifiedAt = await lastVerifiedAt(scope);
  if (verifiedAt === null)
    return worthKnowing('backups', 'none that was restored on trial', 'The first is made at night, or by: centrala backup');
  const hours = Math.round((scope.now().getTime() - verifiedAt.getTime()) / 3_600_000);
  const seen = `the last good one is ${hours} h old`;
  return hours * 3_600_000 > MAX_AGE_MS
    ? broken('backups', seen, 'Look at Settings → Backups, and run: centrala backup')
    : well('backups', seen);
}

async function dispatcher(scope: Scope): Promise<readonly Finding[]> {
  const lagMs = await dispatchLagMs(scope);
  if (lagMs < MAX_LAG_MS) return [well('events', 'none waits for long')];
  const advice = 'Normal while the server is stopped; if it runs, look for "dispatch_failed" in its log.';
  return [worthKnowing('events', `the oldest has waited ${Math.round(lagMs / 1000)} s`, advice)];
}
