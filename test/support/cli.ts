import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { DatabaseTarget } from '../../core/db/connect.ts';

const BINARY = join(import.meta.dirname, '../../core/bin/centrala.mjs');
const PATIENCE_MS = 120_000;

export interface CliAnswer {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** The last line of standard output: what a script reads. */
  readonly last: string;
}

export type Cli = (
  args: readonly string[],
  more?: { readonly input?: string; readonly env?: Readonly<Record<string, string>> },
) => Promise<CliAnswer>;

/** Runs the real `centrala` command as a process of its own over this database and data folder. */
export function centralaCommand(dataDir: string, target: DatabaseTarget, env: Readonly<Record<string, string>> = {}): Cli {
  const base = {
    PATH: process.env['PATH'] ?? '',
    CENTRALA_DATA_DIR: dataDir,
    ...(target.url ? { CENTRALA_DATABASE_URL: target.url } : {}),
    ...env,
  };
  return async (args, more = {}) => {
    const child = spawn(process.execPath, [BINARY, ...args], { env: { ...base, ...more.env }, timeout: PATIENCE_MS });
    child.stdin.end(more.input ?? '');
    const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
    return { code, out, err, last: out.trimEnd().split('\n').at(-1) ?? '' };
  };
}
