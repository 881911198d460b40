import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { readConfig } from '../../config/config.ts';
import { agentByEmail } from '../../core/agents/list-agents.ts';
import { createApiKey } from '../../core/api-keys/api-keys.ts';
import type { Scope } from '../../core/db/scope.ts';
import type { EmailAddress } from '../../core/lib/email-address.ts';
import { type Log, silentLog } from '../../core/lib/log.ts';
import { type Centrala, start } from '../../core/main.ts';
import type { Services } from '../../core/oauth/services.ts';
import { databaseTarget } from './db.ts';
import { freePort } from './free-port.ts';
import { lendCertificate, shareCertificate } from './listener-certificate.ts';
import { tempDir } from './temp-dir.ts';

export const ADMIN = { email: 'anna@firma.test', password: 'tajne haslo Anny 1' };

export interface App extends Centrala {
  readonly base: string;
  readonly smtpPort: number;
  readonly dataDir: string;
  /** Calls the REST API as the administrator; answers status and parsed JSON. */
  api(method: string, path: string, body?: unknown): Promise<{ status: number; json: never }>;
}

export interface AppOptions {
  /** More environment, as a person would set it. */
  readonly env?: Readonly<Record<string, string>>;
  /** False: the first person sets it up in the browser. */
  readonly admin?: boolean;
  /** Where people log in to accounts elsewhere. */
  readonly services?: Services;
  readonly log?: Log;
}

/** The whole product in this process, on free ports, with a database and data folder of this test alone. */
export async function startApp(
  t: ExecutionContext<unknown>,
  { env = {}, admin = true, services, log = silentLog }: AppOptions = {},
): Promise<App> {
  const dataDir = tempDir(t);
  const target = await databaseTarget(t, dataDir);
  const [httpPort, smtpPort] = [await freePort(), await freePort()];
  const config = readConfig({
    CENTRALA_DATA_DIR: dataDir,
    CENTRALA_HTTP_PORT: String(httpPort),
    CENTRALA_SMTP_PORT: String(smtpPort),
    CENTRALA_DNS_SERVERS: '127.0.0.1:1',
    ...(target.url ? { CENTRALA_DATABASE_URL: target.url } : {}),
    ...(admin ? { CENTRALA_ADMIN_EMAIL: ADMIN.email, CENTRALA_ADMIN_PASSWORD: ADMIN.password } : {}),
    ...env,
  });
  lendCertificate(dataDir);
  const centrala = await start(config, log, (error) => t.log(`fatal: ${error.message}`), services);
  t.teardown(() => centrala.stop());
  shareCertificate(dataDir);
  const base = `http://127.0.0.1:${centrala.port}`;
  return {
    ...centrala,
    base,
    smtpPort,
    dataDir: join(dataDir),
    api: administratorsApi(centrala.scope, base),
  };
}

/** Calls the REST API with a key of the administrator, made at the first call. */
export function administratorsApi(scope: Scope, base: string): App['api'] {
  let key: Promise<string> | null = null;
  const adminKey = async (): Promise<string> => {
    const agent = await agentByEmail(scope, ADMIN.email as EmailAddress);
    if (!agent) throw new Error('this app has no administrator');
    return (await createApiKey(scope, agent.id, 'tests')).key;
  };
  return async (method, path, body) => {
    key ??= adminKey();
    const headers = { Authorization: `Bearer ${await key}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) };
    const response = await fetch(`${base}/api/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: (await response.json()) as never };
  };
}
