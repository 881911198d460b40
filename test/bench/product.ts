import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import pg from 'pg';
import { LEAN, LEAN_FLAGS } from '../../core/bin/bootstrap.mjs';
import { freePort } from '../support/free-port.ts';
import { loggedInClient } from '../support/http-client.ts';
import { until } from '../support/until.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export interface Product {
  readonly url: string;
  readonly smtpPort: number;
  readonly pid: number;
  /** ms from the start of the process to the first 200 of /health, and to the first SMTP greeting. */
  readonly startedMs: { readonly http: number; readonly smtp: number };
  /** Received things that are settled: message, report or parked. */
  readonly settled: () => number;
  readonly stop: () => Promise<void>;
}

/** Starts the product with the flags and variables that `npm start` gives, on free ports of loopback, over an existing or new data folder; `wrapper` is put before its command line. */
export async function startProduct(
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
  wrapper: readonly string[] = [],
): Promise<Product> {
  const [httpPort, smtpPort] = [await freePort(), await freePort()];
  const startedAt = performance.now();
  const [command = '', ...args] = [...wrapper, process.execPath, ...LEAN_FLAGS, 'core/main.ts'];
  const child = spawn(command, args, {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      ...LEAN,
      NODE_ENV: 'production',
      CENTRALA_DATA_DIR: dataDir,
      CENTRALA_HTTP_PORT: String(httpPort),
      CENTRALA_SMTP_PORT: String(smtpPort),
      CENTRALA_LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = new Promise<never>((_, reject) => child.once('exit', (code) => reject(new Error(`the product ended with code ${code}`))));
  exited.catch(() => {});
  const url = `http://127.0.0.1:${httpPort}`;
  const after = async (what: string, probe: () => Promise<boolean>): Promise<number> => {
    await Promise.race([until(what, probe, 60_000), exited]);
    return performance.now() - startedAt;
  };
  const [smtp, http] = await Promise.all([
    after('SMTP greets', () => greets(smtpPort)),
    after('/health answers', async () => (await fetch(`${url}/health`).catch(() => null))?.ok === true),
  ]);
  const { settled, close } = env['CENTRALA_DATABASE_URL'] ? await settledOn(env['CENTRALA_DATABASE_URL']) : settledIn(dataDir);
  const stop = async (): Promise<void> => {
    await close();
    if (child.exitCode === null) child.kill('SIGTERM');
    await exited.catch(() => {});
  };
  process.once('exit', () => child.kill('SIGKILL'));
  return { url, smtpPort, pid: child.pid ?? 0, startedMs: { http, smtp }, settled, stop };
}

function greets(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean): void => {
      socket.destroy();
      done(answer);
    };
    socket.once('data', (chunk) => end(chunk.toString().startsWith('220')));
    socket.once('error', () => end(false));
    socket.setTimeout(2000, () => end(false));
  });
}

interface Settled {
  readonly settled: () => number;
  readonly close: () => unknown;
}

const SETTLED = "select coalesce(sum(n), 0) as n from ledger_days where status not in ('accepted', 'waiting')";
const LOOK_MS = 20;

/** PostgreSQL is asked beside; what is answered is what it said last. */
async function settledOn(databaseUrl: string): Promise<Settled> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  let n = 0;
  let isOver = false;
  const looking = (async () => {
    while (!isOver) {
      n = Number((await client.query(SETTLED)).rows[0].n);
      await wait(LOOK_MS);
    }
  })();
  return {
    settled: () => n,
    close: async () => {
      isOver = true;
      await looking;
      await client.end();
    },
  };
}

/** Asked a hundred times a second while the machine is measured, so one connection is kept, from the first question on. */
function settledIn(dataDir: string): Settled {
  let db: Database.Database | null = null;
  let question: Database.Statement | null = null;
  return {
    settled: () => {
      db ??= new Database(join(dataDir, 'centrala.sqlite'), { readonly: true });
      question ??= db.prepare(SETTLED).pluck();
      return Number(question.get());
    },
    close: () => db?.close(),
  };
}

/** Logs in by the form, as a browser without JavaScript does, and answers the Cookie header. */
export async function logIn(url: string, email: string, password: string): Promise<string> {
  const { cookies } = await loggedInClient(url, { email, password });
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}
