import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findProgram } from '../../core/bin/debian-packages.ts';
import { freePort } from './free-port.ts';

export interface OwnPostgres {
  /** Superuser's address, without a password; loopback only. */
  readonly url: string;
  readonly pid: () => number;
  readonly stop: () => Promise<void>;
  /** Ends it as a crash does, in the middle of whatever it does, and starts it again; returns when it answers. */
  readonly crash: () => Promise<void>;
}

const SETTINGS = ['max_connections=300', 'log_min_messages=fatal'];
/** Nothing outlives a test run. */
const FORGETFUL = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'autovacuum=off', 'shared_buffers=128MB'];
/** For comparisons of speed: safe as installed, memory as recorded for the peers. */
const DURABLE = ['shared_buffers=1GB'];

/** Starts a new PostgreSQL in a temporary folder on a free port. Throws with one sentence when PostgreSQL is not installed or does not start. */
export async function startPostgres({ durable = false } = {}): Promise<OwnPostgres> {
  const [initdb, postgres] = [findProgram('initdb'), findProgram('postgres')];
  if (initdb === null || postgres === null) throw new Error('PostgreSQL is not installed: sudo apt-get install postgresql');
  const user = serverUser();
  const dir = mkdtempSync(join(tmpdir(), 'centrala-postgres-'));
  if (user) chownSync(dir, user.uid, user.gid);
  const data = join(dir, 'data');
  const made = spawnSync(initdb, ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'], {
    ...user,
    cwd: dir,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  const flags = [...SETTINGS, ...(durable ? DURABLE : FORGETFUL), 'listen_addresses=127.0.0.1', `unix_socket_directories=${dir}`].flatMap(
    (setting) => ['-c', setting],
  );
  let server: Running = run();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  function run(): Running {
    const child = spawn(postgres ?? '', ['-D', data, '-p', String(port), ...flags], {
      ...user,
      cwd: dir,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const running: Running = { child, complaints: '', ended: new Promise((resolve) => child.once('exit', () => resolve())) };
    child.stderr.on('data', (chunk: Buffer) => {
      running.complaints = (running.complaints + chunk.toString()).slice(-4000);
    });
    return running;
  }
  const ready = (): Promise<boolean> => Promise.race([answers(url, 30_000), server.ended.then(() => false)]);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    server.child.kill(signal);
    await server.ended;
  };
  const stop = async (): Promise<void> => {
    await end('SIGINT');
    rmSync(dir, { recursive: true, force: true });
  };
  const crash = async (): Promise<void> => {
    await end('SIGQUIT');
    server = run();
    if (!(await ready())) throw new Error(`PostgreSQL did not come back: ${server.complaints}`);
  };
  process.once('exit', () => server.child.kill('SIGQUIT'));
  if (await ready()) return { url, pid: () => server.child.pid ?? 0, stop, crash };
  await stop();
  throw new Error(`PostgreSQL did not start: ${server.complaints}`);
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  complaints: string;
}

/** PostgreSQL refuses to run as root: then it runs as the user that Debian's package made, or as nobody. */
function serverUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const entries = readFileSync('/etc/passwd', 'utf8').split('\n');
  const entry = entries.find((line) => line.startsWith('postgres:')) ?? entries.find((line) => line.startsWith('nobody:'));
  const [, , uid, gid] = (entry ?? 'nobody:x:65534:65534').split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

async function answers(url: string, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return false;
}
