import { execFile, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';

const ROOT = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** One run of `centrala backup`, in seconds. */
export interface BackupTimes {
  /** The consistent copy of the database. */
  readonly copy: number;
  /** Into the repository. */
  readonly store: number;
  /** Restored beside and compared. */
  readonly trial: number;
  readonly total: number;
  readonly bytes: number;
  readonly addedBytes: number;
}

export const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
};

/** `centrala backup`, a process of its own as the server begins it. Raises Error when no verified backup is there at the end. */
export async function timedBackup(env: NodeJS.ProcessEnv): Promise<BackupTimes> {
  const child = spawn(process.execPath, ['core/cli.ts', 'backup', '--json'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = new Promise((done) => child.once('close', done));
  const began = performance.now();
  const at: Record<string, number> = {};
  let result: { state?: string; detail?: string; bytes?: number; addedBytes?: number } = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line);
    if (message.step) at[message.step] ??= performance.now();
    else result = message;
  }
  await closed;
  if (result.state !== 'verified') throw new Error(`The backup is not verified: ${JSON.stringify(result)}`);
  const between = (from: string, to: string): number => ((at[to] ?? Number.NaN) - (at[from] ?? Number.NaN)) / 1000;
  return {
    copy: between('copy', 'store'),
    store: between('store', 'trial'),
    trial: between('trial', 'tidy'),
    total: (performance.now() - began) / 1000,
    bytes: result.bytes ?? 0,
    addedBytes: result.addedBytes ?? 0,
  };
}

/** `centrala restore latest` into the data folder of that environment. */
export async function restoreLatest(env: NodeJS.ProcessEnv): Promise<void> {
  await run(process.execPath, ['core/cli.ts', 'restore', 'latest'], { cwd: ROOT, env });
}

/** SQLite's own backup of the database in this folder. */
export async function sqliteBackup(dataDir: string, to: string): Promise<void> {
  const db = new Database(join(dataDir, 'centrala.sqlite'), { readonly: true });
  await db.backup(to);
  db.close();
}

/** What a careful person does by hand: a copy of the whole folder, synced, and a check of the database. */
export async function plainCopy(dataDir: string, to: string): Promise<void> {
  await run('cp', ['-r', dataDir, to]);
  const db = new Database(join(to, 'centrala.sqlite'));
  db.pragma('quick_check');
  db.close();
  await run('sync', ['-f', to]);
}

export async function tarZstd(dataDir: string, to: string): Promise<void> {
  await run('tar', ['--zstd', '-cf', to, '-C', dataDir, '.']);
}

/** `pg_dump` in the format that backups use. */
export async function pgDump(url: string, to: string): Promise<void> {
  await run('pg_dump', ['--format=custom', '--file', to, url]);
}
