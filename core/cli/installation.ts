import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, databaseFile } from '../../config/config.ts';
import { isHalfRestored } from '../backups/swap.ts';
import { mustBeginAnew } from '../boot/begin.ts';
import { checkMeans } from '../boot/check-means.ts';
import { installationSecret, prepareDataDir } from '../boot/data-dir.ts';
import { mustBeSameEngine } from '../boot/engine.ts';
import { MIGRATIONS, ROOT } from '../boot/foundation.ts';
import { migrate } from '../db/migrate.ts';
import { openDatabase, placeOf } from '../db/open.ts';
import type { Scope } from '../db/scope.ts';
import { createDns } from '../dns/resolver.ts';
import { AppError } from '../lib/errors.ts';
import { createKeyring } from '../lib/secrets.ts';
import { tokensFor } from '../oauth/tokens.ts';
import type { Installation } from './command.ts';

export { MIGRATIONS, ROOT } from '../boot/foundation.ts';

export const PLUGINS = join(ROOT, 'plugins');

/**
 * Opens what the server also uses; where it is not there yet, it is made or, with `found`, refused. Older data is refused as well: the start keeps
 * a copy first, and an older server may be at work on it. So is what a restore has half changed, which the start finishes or undoes.
 */
export async function openInstallation(config: Config, how: 'made' | 'found'): Promise<Installation> {
  const target = { url: config.databaseUrl, file: databaseFile(config) };
  const missing = (): never => {
    const help = 'Give the command the settings of the server: CENTRALA_DATA_DIR, CENTRALA_DATABASE_URL.';
    throw new AppError('no_installation', 404, `There is no Centrala in ${placeOf(target)}.`, { help });
  };
  if (isHalfRestored(config.dataDir)) {
    const help = 'If none is running, start Centrala, or restore again: that finishes it or puts the old data back first. Nothing is lost.';
    throw new AppError('half_restored', 409, 'A restore is at work on this data, or was interrupted.', { help });
  }
  mustBeSameEngine(config);
  if (how === 'found' && target.url === null && !(await isThere(target.file))) missing();
  prepareDataDir(config.dataDir);
  const keyring = createKeyring(installationSecret(config.dataDir, config.secretKey));
  const upgrade = async (): Promise<never> => {
    const help = 'Stop the older one if it still runs, and start this one: the start keeps a copy and brings the data to this version.';
    throw new AppError('older_version', 409, 'This data is of an older version of Centrala.', { help });
  };
  const make = async (empty: Scope['db']): Promise<readonly string[]> => {
    if (how === 'found') missing();
    await mustBeginAnew(config);
    return migrate(empty, MIGRATIONS);
  };
  const { db } = await openDatabase(target, MIGRATIONS, { upgrade, make });
  // The dispatcher of a running server finds new events by itself within seconds.
  const scope = { db, now: () => new Date(), actor: { kind: 'system', task: 'command line' } as const, wakeOutbox: () => {} };
  const means = checkMeans(config, createDns({ servers: config.dnsServers }), tokensFor(scope, keyring));
  return { scope, keyring, means, close: () => db.destroy() };
}

/** What may not be looked at is there. */
export const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
  );
