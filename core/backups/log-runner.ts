import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Log } from '../lib/log.ts';

/** How the shipping of the log is; null while none runs. */
export interface LogState {
  /** When everything was last brought away. */
  readonly shippedAt: string | null;
  /** Why it was not the last time, in English. */
  readonly problem: string | null;
}

export interface LogRunner {
  /** Lets it run, or not. */
  set(isOn: boolean): void;
  state(): LogState | null;
  stop(): Promise<void>;
}

const COMMAND = join(import.meta.dirname, '../cli.ts');

/** `centrala backup log` beside the server: what closes the database file must not be this process. */
export function createLogRunner(env: NodeJS.ProcessEnv, log: Log): LogRunner {
  let child: ChildProcess | null = null;
  let ended: Promise<void> = Promise.resolve();
  let state: LogState | null = null;

  const begin = (): void => {
    const started = spawn(process.execPath, [COMMAND, 'backup', 'log'], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    child = started;
    state = { shippedAt: null, problem: null };
    let said = '';
    started.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-1000);
    });
    createInterface({ input: started.stdout }).on('line', (line) => {
      const { shippedAt = state?.shippedAt ?? null, problem = null }: Partial<LogState> = JSON.parse(line);
      if (problem !== null && state?.problem === null) log.error('log_shipping_failed', { problem });
      state = { shippedAt, problem };
    });
    ended = new Promise((resolve) => {
      const end = (code: unknown): void => {
        if (code !== 0) log.error('log_shipping_ended', { code: String(code), said });
        child = null;
        state = null;
        resolve();
      };
      started.once('error', (error) => end(error.message));
      started.once('close', end);
    });
  };

  return {
    set: (isOn) => {
      if (isOn && child === null) begin();
      if (!isOn) child?.kill('SIGTERM');
    },
    state: () => state,
    stop: async () => {
      child?.kill('SIGTERM');
      await ended;
    },
  };
}
