import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Log } from '../lib/log.ts';

/** How the shipping of the log is; null while none runs. */
export interface LogState {
  readonly beganAt: string;
  /** Everything up to then is there; null before the first time. */
  readonly shippedAt: string | null;
  /** Why it was not the last time, in English. */
  readonly problem: string | null;
}

export interface LogRunner {
  /** Lets it run for this place, or not at all; for another one it begins anew. */
  set(place: string | null): void;
  state(): LogState | null;
  stop(): Promise<void>;
}

const COMMAND = join(import.meta.dirname, '../cli.ts');

/** `centrala backup log` beside the server: what closes the database file must not be this process. */
export function createLogRunner(env: NodeJS.ProcessEnv, log: Log, now: () => Date): LogRunner {
  let current: string | null = null;
  let isMoving = false;
  let child: ChildProcess | null = null;
  let ended: Promise<void> = Promise.resolve();
  let state: LogState | null = null;

  const begin = (): void => {
    const started = spawn(process.execPath, [COMMAND, 'backup', 'log'], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    child = started;
    // One that ended by a fault and begins again is not new.
    const before: LogState = state ?? { beganAt: now().toISOString(), shippedAt: null, problem: null };
    state = before;
    let said = '';
    started.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-1000);
    });
    createInterface({ input: started.stdout }).on('line', (line) => {
      const { shippedAt = state?.shippedAt ?? null, problem = null }: Partial<LogState> = JSON.parse(line);
      if (problem !== null && problem !== state?.problem) log.error('log_shipping_failed', { problem });
      state = { ...before, shippedAt, problem };
    });
    ended = new Promise((resolve) => {
      const end = (code: unknown): void => {
        // Whoever is ended before it can listen for that has no code.
        if (code !== 0 && current !== null && !isMoving) log.error('log_shipping_ended', { code: String(code), said });
        child = null;
        state = current === null || isMoving || state === null ? null : { ...state, problem: said.trim() || `It ended (${String(code)}).` };
        if (isMoving && current !== null) begin();
        isMoving = false;
        resolve();
      };
      started.once('error', (error) => end(error.message));
      started.once('close', end);
    });
  };

  return {
    set: (place) => {
      const isOther = place !== current;
      current = place;
      if (child === null) {
        if (place !== null) begin();
      } else if (isOther) {
        isMoving = true;
        child.kill('SIGTERM');
      }
    },
    state: () => state,
    stop: async () => {
      current = null;
      child?.kill('SIGTERM');
      await ended;
    },
  };
}
