import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import type { Knex } from 'knex';
import { LEAN, RESOLVER } from '../../core/bin/bootstrap.mjs';
import { connect } from '../../core/db/connect.ts';
import { databaseTarget } from './db.ts';
import { freePort } from './free-port.ts';
import { smtpReply } from './smtp-load.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** For a product that somebody has to log in to. */
export const ADMIN = { CENTRALA_ADMIN_EMAIL: 'anna@firma.test', CENTRALA_ADMIN_PASSWORD: 'tajne haslo Anny 1' };

/** The product in a process of its own, as `npm start` runs it, over a data folder and database of this test alone. */
export interface Product {
  readonly dir: string;
  readonly smtpPort: number;
  readonly httpPort: number;
  readonly db: Knex;
  /** Everything the process printed since its last start. */
  output(): string;
  /** Returns when it greets on its SMTP port, or says that it works when it takes no mail. `under` is a command that runs it, such as strace. */
  start(under?: readonly string[]): Promise<ChildProcess>;
  /** Ends it with a signal and waits; SIGKILL leaves it no time for anything. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** Runs `centrala …` on the same installation; answers what it printed. */
  centrala(...args: string[]): Promise<string>;
}

export async function product(t: ExecutionContext<unknown>, env: Readonly<Record<string, string>> = {}): Promise<Product> {
  const dir = env['CENTRALA_DATA_DIR'] ?? tempDir(t);
  const own = env['CENTRALA_DATABASE_URL'];
  const target = own ? { url: own, file: '' } : await databaseTarget(t, dir);
  const db = connect(target);
  const [smtpPort, httpPort] = [await freePort(), await freePort()];
  const environment = {
    PATH: process.env['PATH'] ?? '',
    NODE_COMPILE_CACHE: LEAN['NODE_COMPILE_CACHE'] ?? '',
    CENTRALA_DATA_DIR: dir,
    ...(target.url ? { CENTRALA_DATABASE_URL: target.url } : {}),
    CENTRALA_SMTP_PORT: String(smtpPort),
    CENTRALA_HTTP_PORT: String(httpPort),
    CENTRALA_LOG_LEVEL: 'warn',
    CENTRALA_DNS_SERVERS: '127.0.0.1:1',
    ...env,
  };
  let child: ChildProcess | null = null;
  let printed = '';

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    child = null;
    if (!ending?.pid || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, 'exit');
    // The group of its own that it was started in: a tracer and what it traces end together.
    process.kill(-ending.pid, signal);
    await ended;
  };
  t.teardown(async () => {
    await end('SIGKILL');
    await db.destroy();
  });

  return {
    dir,
    smtpPort,
    httpPort,
    db,
    output: () => printed,
    end,
    start: async (under = []) => {
      const [command = '', ...args] = [...under, process.execPath, RESOLVER, resolve(ROOT, 'core/main.ts')];
      printed = '';
      const started = spawn(command, args, { cwd: ROOT, env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
      child = started;
      for (const stream of [started.stdout, started.stderr])
        stream.on('data', (text: Buffer) => {
          printed += text.toString();
        });
      let heard = '';
      const takesMail = env['CENTRALA_ROLES']?.includes('smtp') ?? true;
      const greets = async (): Promise<boolean> => {
        if (started.exitCode !== null || started.signalCode !== null)
          throw new Error(`the product ended with ${started.exitCode ?? started.signalCode}: ${printed}`);
        if (!takesMail) return printed.includes('Centrala works') || printed.includes('Centrala listens');
        heard = await smtpReply(smtpPort);
        return heard.startsWith('220 ');
      };
      await until('the product greets on its SMTP port', greets, 60_000).catch((error: unknown) => {
        throw new Error(`it last said "${heard}" on port ${smtpPort} and printed: ${printed}`, { cause: error });
      });
      return started;
    },
    centrala: async (...args) =>
      (await promisify(execFile)(process.execPath, [RESOLVER, resolve(ROOT, 'core/cli.ts'), ...args], { cwd: ROOT, env: environment }))
        .stdout,
  };
}
