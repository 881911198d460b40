import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import {
  acme,
  bool,
  bucketPlace,
  clamd,
  databaseUrl,
  dnsServers,
  folder,
  host,
  networks,
  oneOf,
  port,
  publicUrl,
  ROLES,
  type Role,
  reachableHost,
  roles,
  spamd,
  versionsUrl,
  wholeNumber,
} from './values.ts';

/** Every environment variable of the product, with its default. `config/example.env` says each in a sentence. */
const SCHEMA = z.object({
  CENTRALA_DATA_DIR: folder.default('./data'),
  CENTRALA_DATABASE_URL: databaseUrl.optional(),
  CENTRALA_HTTP_HOST: host.default('127.0.0.1'),
  CENTRALA_HTTP_PORT: port.prefault('8080'),
  CENTRALA_HTTPS_PORT: port.optional(),
  CENTRALA_TLS_CERT: z.string().optional(),
  CENTRALA_TLS_KEY: z.string().optional(),
  CENTRALA_ACME: acme.default('off'),
  CENTRALA_ACME_EMAIL: z.email('must be an e-mail address').optional(),
  CENTRALA_SMTP_HOST: host.default('127.0.0.1'),
  CENTRALA_SMTP_PORT: port.prefault('2525'),
  CENTRALA_SMTPS_PORT: port.optional(),
  CENTRALA_SMTP_TLS_CERT: z.string().optional(),
  CENTRALA_SMTP_TLS_KEY: z.string().optional(),
  CENTRALA_PUBLIC_URL: publicUrl.optional(),
  CENTRALA_TRUST_PROXY: bool.prefault('false'),
  CENTRALA_SECRET_KEY: z.string().min(32, 'must have at least 32 characters').optional(),
  CENTRALA_LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  CENTRALA_ADMIN_EMAIL: z.email('must be an e-mail address').optional(),
  CENTRALA_ADMIN_PASSWORD: z.string().min(10, 'must have at least 10 characters').optional(),
  CENTRALA_MAX_MESSAGE_BYTES: wholeNumber(65_536, 1_073_741_824).prefault('36700160'),
  CENTRALA_DNS_SERVERS: dnsServers.optional(),
  CENTRALA_SPAMD: spamd.default('off'),
  CENTRALA_CLAMD: clamd.default('off'),
  CENTRALA_MX_ALLOW: networks.optional(),
  CENTRALA_AUTOCONFIG_ALLOW: networks.optional(),
  CENTRALA_ALARM_ALLOW: networks.optional(),
  CENTRALA_UPDATES_URL: versionsUrl.optional(),
  CENTRALA_BACKUP_DIR: folder.optional(),
  CENTRALA_BACKUP_KEY: z.string().min(20, 'must be the recovery key as it was shown').optional(),
  CENTRALA_BLOBS: bucketPlace.optional(),
  CENTRALA_BLOBS_ENDPOINT: publicUrl.optional(),
  CENTRALA_BLOBS_REGION: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'must be the name of a region')
    .default('us-east-1'),
  CENTRALA_BLOBS_KEY_ID: z.string().min(1, 'must not be empty').optional(),
  CENTRALA_BLOBS_SECRET: z.string().min(1, 'must not be empty').optional(),
  CENTRALA_ROLES: roles.optional(),
  CENTRALA_API_PER_MINUTE: wholeNumber(0, 1_000_000).prefault('6000'),
  CENTRALA_METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
});

export interface Config {
  /** Absolute path. */
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly trustProxy: boolean;
    /** Null: plain HTTP alone. Then the plain port only leads there. */
    readonly securePort: number | null;
    /** PEM files (absolute); null: a self-signed certificate. */
    readonly tls: { readonly cert: string; readonly key: string } | null;
    /** Where certificates are obtained; null: nowhere. */
    readonly acme: { readonly directoryUrl: string; readonly email: string | null } | null;
  };
  /** `securePort`: TLS from the first byte; null: there is none. */
  readonly smtp: { readonly host: string; readonly port: number; readonly securePort: number | null };
  /** The same for mail that comes in. */
  readonly mailTls: Config['http']['tls'];
  /** Where people reach the product, without a trailing slash. */
  readonly publicUrl: string;
  /** Null: a key is made at first start and kept in the data folder. */
  readonly secretKey: string | null;
  readonly logLevel: string;
  readonly admin: { readonly email: string; readonly password: string } | null;
  readonly maxMessageBytes: number;
  /** `ip[:port]` of the DNS servers to ask; empty = the system's. */
  readonly dnsServers: readonly string[];
  /** Process-wide values of plugins, by plugin name: what their `host.server` holds. */
  readonly plugins: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Where backups go (absolute), the recovery key of backups made elsewhere (null: the one in the data folder), and the PATH. */
  readonly backup: { readonly dataDir: string; readonly dir: string; readonly key: string | null; readonly path: string };
  /** Calls that the API keys of one agent may make in a minute; 0 = as many as they like. */
  readonly apiPerMinute: number;
  readonly metricsToken: string | null;
  /** The second place of stored files; null: there is none. */
  readonly bucket: BucketConfig | null;
  /** What this process does; `isOneOfMany`: others may work in the same data folder and database. */
  readonly roles: ReadonlySet<Role>;
  readonly isOneOfMany: boolean;
  /** Networks beside the public Internet that alarms may call. */
  readonly alarmAllow: string;
  /** Where newer versions are asked for; null = nowhere. */
  readonly updatesUrl: string | null;
  /** Variables named CENTRALA_* that mean nothing to us, or nothing without CENTRALA_BLOBS. */
  readonly unknown: readonly string[];
}

export interface BucketConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly keyId: string;
  readonly secret: string;
}

/** A wrong value in the environment: one sentence that names the variable. Exit code 78 (EX_CONFIG of sysexits.h). */
export class ConfigError extends Error {}

/** Reads `NAME` or, when only `NAME_FILE` is set, the content of that file without its last line end. */
function withFiles(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  const values: Record<string, string | undefined> = {};
  for (const name of Object.keys(SCHEMA.shape)) {
    const path = env[`${name}_FILE`];
    if (env[name] !== undefined && env[name] !== '') values[name] = env[name];
    else if (path) {
      try {
        values[name] = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
      } catch {
        throw new ConfigError(`${name}_FILE names ${path}, which cannot be read.`);
      }
    }
  }
  return values;
}

/** Names that look like ours but are not, most often a typing error, and those of a bucket that nothing names: the log says them at start. */
function unknownNames(env: NodeJS.ProcessEnv, hasBucket: boolean): readonly string[] {
  const meant = Object.keys(SCHEMA.shape).filter((name) => hasBucket || !name.startsWith('CENTRALA_BLOBS_'));
  const known = new Set(meant.flatMap((name) => [name, `${name}_FILE`]));
  return Object.keys(env).filter((name) => name.startsWith('CENTRALA_') && env[name] && !known.has(name));
}

/** Our variables that are set, without their values. */
export const setNames = (env: NodeJS.ProcessEnv = process.env): readonly string[] =>
  Object.keys(SCHEMA.shape).filter((name) => Boolean(env[name]) || Boolean(env[`${name}_FILE`]));

/** Parses the environment once. Throws ConfigError with one clear sentence. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = SCHEMA.safeParse(withFiles(env));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigError(`${String(issue?.path[0])} ${issue?.message ?? 'is wrong'}.`);
  }
  const e = parsed.data;
  if ((e.CENTRALA_ADMIN_EMAIL === undefined) !== (e.CENTRALA_ADMIN_PASSWORD === undefined))
    throw new ConfigError('CENTRALA_ADMIN_EMAIL and CENTRALA_ADMIN_PASSWORD must be set together.');
  if ((e.CENTRALA_SMTP_TLS_CERT === undefined) !== (e.CENTRALA_SMTP_TLS_KEY === undefined))
    throw new ConfigError('CENTRALA_SMTP_TLS_CERT and CENTRALA_SMTP_TLS_KEY must be set together.');
  if ((e.CENTRALA_TLS_CERT === undefined) !== (e.CENTRALA_TLS_KEY === undefined))
    throw new ConfigError('CENTRALA_TLS_CERT and CENTRALA_TLS_KEY must be set together.');
  mustDiffer(e);
  if (e.CENTRALA_ROLES !== undefined && e.CENTRALA_DATABASE_URL === undefined)
    throw new ConfigError('CENTRALA_ROLES needs PostgreSQL in CENTRALA_DATABASE_URL: a SQLite file belongs to one process.');
  const securePort = e.CENTRALA_HTTPS_PORT ?? null;
  if (securePort !== null && e.CENTRALA_PUBLIC_URL?.startsWith('http:'))
    throw new ConfigError('CENTRALA_PUBLIC_URL must begin with https:// when CENTRALA_HTTPS_PORT is set.');
  if (e.CENTRALA_ACME !== 'off' && (securePort === null || !isPublicName(e.CENTRALA_PUBLIC_URL)))
    throw new ConfigError('CENTRALA_ACME needs CENTRALA_HTTPS_PORT and a CENTRALA_PUBLIC_URL with a name that the world knows.');
  const [scheme, webPort] = securePort === null ? ['http', e.CENTRALA_HTTP_PORT] : ['https', securePort];
  const address = e.CENTRALA_PUBLIC_URL ?? `${scheme}://${reachableHost(e.CENTRALA_HTTP_HOST)}:${webPort}`;
  return {
    dataDir: resolve(e.CENTRALA_DATA_DIR),
    databaseUrl: e.CENTRALA_DATABASE_URL ?? null,
    http: {
      host: e.CENTRALA_HTTP_HOST,
      port: e.CENTRALA_HTTP_PORT,
      trustProxy: e.CENTRALA_TRUST_PROXY,
      securePort,
      tls: pair(e.CENTRALA_TLS_CERT, e.CENTRALA_TLS_KEY),
      acme:
        e.CENTRALA_ACME === 'off' || e.CENTRALA_TLS_CERT !== undefined
          ? null
          : { directoryUrl: e.CENTRALA_ACME, email: e.CENTRALA_ACME_EMAIL ?? null },
    },
    smtp: { host: e.CENTRALA_SMTP_HOST, port: e.CENTRALA_SMTP_PORT, securePort: e.CENTRALA_SMTPS_PORT ?? null },
    mailTls: mailPair(e),
    publicUrl: address,
    secretKey: e.CENTRALA_SECRET_KEY ?? null,
    logLevel: e.CENTRALA_LOG_LEVEL,
    admin:
      e.CENTRALA_ADMIN_EMAIL !== undefined && e.CENTRALA_ADMIN_PASSWORD !== undefined
        ? { email: e.CENTRALA_ADMIN_EMAIL, password: e.CENTRALA_ADMIN_PASSWORD }
        : null,
    maxMessageBytes: e.CENTRALA_MAX_MESSAGE_BYTES,
    dnsServers: e.CENTRALA_DNS_SERVERS ?? [],
    plugins: {
      email: listenerValues(e, address),
      spamassassin: {
        spamd: e.CENTRALA_SPAMD,
        dataDir: resolve(e.CENTRALA_DATA_DIR),
        startsEnabled: String(e.CENTRALA_SPAMD !== 'off'),
      },
      clamav: { clamd: e.CENTRALA_CLAMD, startsEnabled: String(e.CENTRALA_CLAMD !== 'off') },
    },
    backup: {
      dataDir: resolve(e.CENTRALA_DATA_DIR),
      path: env['PATH'] ?? process.env['PATH'] ?? '',
      dir: resolve(e.CENTRALA_BACKUP_DIR ?? join(e.CENTRALA_DATA_DIR, 'backups')),
      key: e.CENTRALA_BACKUP_KEY ?? null,
    },
    apiPerMinute: e.CENTRALA_API_PER_MINUTE,
    metricsToken: e.CENTRALA_METRICS_TOKEN ?? null,
    bucket: bucketOf(e),
    roles: e.CENTRALA_ROLES ?? new Set(ROLES),
    isOneOfMany: e.CENTRALA_ROLES !== undefined,
    alarmAllow: e.CENTRALA_ALARM_ALLOW ?? '',
    updatesUrl: e.CENTRALA_UPDATES_URL ?? null,
    unknown: unknownNames(env, e.CENTRALA_BLOBS !== undefined),
  };
}

/** Each port is listened on once. */
function mustDiffer(e: z.infer<typeof SCHEMA>): void {
  const names = ['CENTRALA_HTTP_PORT', 'CENTRALA_HTTPS_PORT', 'CENTRALA_SMTP_PORT', 'CENTRALA_SMTPS_PORT'] as const;
  for (const [index, name] of names.entries()) {
    const same = names.slice(0, index).find((other) => e[other] === e[name]);
    if (e[name] && same) throw new ConfigError(`${same} and ${name} must differ.`);
  }
}

function bucketOf(e: z.infer<typeof SCHEMA>): BucketConfig | null {
  const { CENTRALA_BLOBS: place, CENTRALA_BLOBS_REGION: region, CENTRALA_BLOBS_KEY_ID: keyId, CENTRALA_BLOBS_SECRET: secret } = e;
  if (place === undefined) return null;
  if (keyId === undefined || secret === undefined)
    throw new ConfigError('CENTRALA_BLOBS needs CENTRALA_BLOBS_KEY_ID and CENTRALA_BLOBS_SECRET.');
  return { ...place, endpoint: e.CENTRALA_BLOBS_ENDPOINT ?? `https://s3.${region}.amazonaws.com`, region, keyId, secret };
}

/** The environment that makes another process of ours see the same installation. */
export function environmentOf({ dataDir, databaseUrl, secretKey, backup }: Config): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CENTRALA_DATA_DIR: dataDir,
    CENTRALA_DATABASE_URL: databaseUrl ?? undefined,
    CENTRALA_SECRET_KEY: secretKey ?? undefined,
    CENTRALA_BACKUP_DIR: backup.dir,
    CENTRALA_BACKUP_KEY: backup.key ?? undefined,
  };
}

const pair = (cert?: string, key?: string) => (cert && key ? { cert: resolve(cert), key: resolve(key) } : null);

const mailPair = (e: z.infer<typeof SCHEMA>) =>
  pair(e.CENTRALA_SMTP_TLS_CERT, e.CENTRALA_SMTP_TLS_KEY) ?? pair(e.CENTRALA_TLS_CERT, e.CENTRALA_TLS_KEY);

const isPublicName = (address: string | undefined): boolean => {
  const name = address ? new URL(address).hostname : '';
  return name.includes('.') && /[a-z]$/i.test(name);
};

/** What the SMTP listener is told, as text. */
function listenerValues(e: z.infer<typeof SCHEMA>, address: string): Record<string, string> {
  const { CENTRALA_SMTPS_PORT: securePort } = e;
  const tls = mailPair(e);
  return {
    host: e.CENTRALA_SMTP_HOST,
    port: String(e.CENTRALA_SMTP_PORT),
    ...(securePort === undefined ? {} : { securePort: String(securePort) }),
    hostname: mailHostname(address),
    listens: String(e.CENTRALA_ROLES?.has('smtp') ?? true),
    ...(tls ? { tlsCert: tls.cert, tlsKey: tls.key } : {}),
    tlsFolder: resolve(e.CENTRALA_DATA_DIR),
    maxMessageBytes: String(e.CENTRALA_MAX_MESSAGE_BYTES),
    mxAllow: e.CENTRALA_MX_ALLOW ?? '',
    autoconfigAllow: e.CENTRALA_AUTOCONFIG_ALLOW ?? '',
  };
}

/** The name we greet other mail servers with (RFC 5321 §4.1.1.1): the public host when it has a name, else the machine's. */
function mailHostname(address: string): string {
  const { hostname: name } = new URL(address);
  return /[a-z]/i.test(name) && name.includes('.') ? name : hostname();
}

export const databaseFile = (config: Config): string => join(config.dataDir, 'centrala.sqlite');
