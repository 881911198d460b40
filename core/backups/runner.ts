import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endGroup } from '../lib/end-group.ts';
import type { Log } from '../lib/log.ts';
import type { Progress, Trigger } from './types.ts';

export interface BackupRunner {
  /** Begins one in a process of its own; false when one is under way, here or elsewhere. One of here that stands still is ended for that. */
  begin(trigger: Trigger): boolean;
  /** How far the one that was begun here is; null when there is none. */
  progress(): Progress | null;
  /** Ends it when there is one, and waits for that. */
  stop(): Promise<void>;
}

interface Parts {
  /** What makes it see this installation. */
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly now: () => Date;
  /** Whether another process, or the command, is at the backups of this data. */
  readonly isBusy: () => boolean;
  /** After each step, and at the end. */
  readonly onChange: () => void;
}

const COMMAND = join(import.meta.dirname, '../cli.ts');
/** So long nothing moves in a trial restore of terabytes at the most; a server that took the connection and hangs holds restic 0.14 for ever. */
const STANDS_STILL_MS = 36 * 3_600_000;
const BEGINNING: Progress = { step: 'copy', done: 0, total: 0, secondsLeft: null };

/** Backups that the server begins: `centrala backup` beside it, so that copying and comparing hold nobody up. */
export function createRunner({ env, log, now, isBusy, onChange }: Parts): BackupRunner {
  let child: ChildProcess | null = null;
  let ended: Promise<void> = Promise.resolve();
  let progress: Progress | null = null;
  let movedAt = 0;
  const set = (next: Progress | null): void => {
    if (next?.step !== progress?.step || next?.done !== progress?.done) movedAt = now().getTime();
    progress = next;
    onChange();
  };
  const endStill = (): void => {
    if (child === null || now().getTime() - movedAt < STANDS_STILL_MS) return;
    log.error('backup_stands_still', { ...progress });
    endGroup(child);
  };
  return {
    begin: (trigger) => {
      endStill();
      if (child || isBusy()) return false;
      const started = spawn(process.execPath, [COMMAND, 'backup', '--json', '--trigger', trigger], {
        env,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      set(BEGINNING);
      let said = '';
      createInterface({ input: started.stdout }).on('line', (line) => {
        const message: Partial<Progress> & { state?: string } = JSON.parse(line);
        if (message.step) set(message as Progress);
        else log.info('backup_finished', message);
      });
      started.stderr.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-2000);
      });
      ended = new Promise((resolve) => {
        const end = (code: unknown): void => {
          if (code !== 0) log.error('backup_failed', { code: String(code), said });
          child = null;
          set(null);
          resolve();
        };
        started.once('error', (error) => end(error.message));
        started.once('close', end);
      });
      return true;
    },
    progress: () => progress,
    stop: async () => {
      if (child) endGroup(child);
      await ended;
    },
  };
}
