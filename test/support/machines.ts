import type { ExecutionContext } from 'ava';
import { readConfig } from '../../config/config.ts';
import { silentLog } from '../../core/lib/log.ts';
import { type Centrala, start } from '../../core/main.ts';
import { ADMIN, type App, administratorsApi } from './app.ts';
import { type Cli, centralaCommand } from './cli.ts';
import { emptyAddress } from './db.ts';
import { freePort } from './free-port.ts';
import { type HttpClient, loggedInClient } from './http-client.ts';
import { lendCertificate } from './listener-certificate.ts';
import { tempDir } from './temp-dir.ts';

export interface Machine {
  readonly dir: string;
  readonly url: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly cli: Cli;
}

/** A machine on which nothing has happened yet, with the backups of another one within reach. */
export async function newMachine(t: ExecutionContext<unknown>, backups: string): Promise<Machine> {
  const [dir, url] = [tempDir(t), await emptyAddress(t)];
  const env = { CENTRALA_DATA_DIR: dir, CENTRALA_BACKUP_DIR: backups, ...(url ? { CENTRALA_DATABASE_URL: url } : {}) };
  return { dir, url, env, cli: centralaCommand(dir, { url, file: '' }, { CENTRALA_BACKUP_DIR: backups }) };
}

/** Starts the product on it. */
export async function running(
  t: ExecutionContext<unknown>,
  { env, dir }: Machine,
): Promise<Centrala & Pick<App, 'base' | 'smtpPort' | 'api'>> {
  lendCertificate(dir);
  const ports = { CENTRALA_HTTP_PORT: String(await freePort()), CENTRALA_SMTP_PORT: String(await freePort()) };
  const config = readConfig({ ...env, ...ports, CENTRALA_DNS_SERVERS: '127.0.0.1:1' });
  const centrala = await start(config, silentLog);
  t.teardown(() => centrala.stop());
  const base = `http://127.0.0.1:${centrala.port}`;
  return { ...centrala, base, smtpPort: config.smtp.port, api: administratorsApi(centrala.scope, base) };
}

/** Of a product that runs on PostgreSQL; null on SQLite. */
export const databaseUrl = (office: App): string | null => {
  const { connection } = office.scope.db.client.config;
  return connection.connectionString ?? null;
};

export const administrator = (base: string): Promise<HttpClient> => loggedInClient(base, ADMIN);
