import { join } from 'node:path';
import { type Config, databaseFile } from '../../config/config.ts';
import { checkMeans } from '../boot/check-means.ts';
import { installationSecret, prepareDataDir } from '../boot/data-dir.ts';
import { MIGRATIONS, ROOT } from '../boot/foundation.ts';
import { openDatabase } from '../db/open.ts';
import { createDns } from '../dns/resolver.ts';
import { createKeyring } from '../lib/secrets.ts';
import { tokensFor } from '../oauth/tokens.ts';
import type { Installation } from './command.ts';

export { MIGRATIONS, ROOT } from '../boot/foundation.ts';

export const PLUGINS = join(ROOT, 'plugins');

/** Opens what the server also uses. Before the first start it makes it; while the server runs there is nothing to migrate. */
export async function openInstallation(config: Config): Promise<Installation> {
  prepareDataDir(config.dataDir);
  const keyring = createKeyring(installationSecret(config.dataDir, config.secretKey));
  const { db } = await openDatabase({ url: config.databaseUrl, file: databaseFile(config) }, MIGRATIONS);
  // The dispatcher of a running server finds new events by itself within seconds.
  const scope = { db, now: () => new Date(), actor: { kind: 'system', task: 'command line' } as const, wakeOutbox: () => {} };
  const means = checkMeans(config, createDns({ servers: config.dnsServers }), tokensFor(scope, keyring));
  return { scope, keyring, means, close: () => db.destroy() };
}
