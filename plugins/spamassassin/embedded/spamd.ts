import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { endGroup } from '../../../core/lib/end-group.ts';
import type { Log } from '../../../core/lib/log.ts';
import type { ServiceHost } from '../../../core/lib/service-host.ts';
import { ask } from '../client/ask.ts';
import { writeConfig } from './config.ts';
import { endOrphan, forgetProcess, rememberProcess } from './orphan.ts';

/** Our own spamd: a child process that is started again when it ends, or answers nothing any more. */
export interface EmbeddedSpamd {
  readonly host: ServiceHost;
  /** Resolves once it answers; rejects only by the signal. */
  ready(signal: AbortSignal): Promise<void>;
  /** Null while all is well; else the last words of the process. */
  trouble(): string | null;
  stop(): Promise<void>;
}

const FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/bin', '/usr/local/bin'];
const BACK_OFF_MS = [500, 2_000, 5_000, 15_000, 60_000];
/** A process that lived this long did not fail at its start. */
const STABLE_MS = 60_000;
const STOP_MS = 5_000;
const NOBODY = 65_534;
/** Longer than the five minutes after which spamd itself ends a part of it that is still busy with one mail. */
const WATCH = { everyMs: 30_000, answerMs: 10_000, silentMs: 6 * 60_000 };
const PING = { command: 'PING', headers: [], message: null } as const;

/** Where the program is; null when SpamAssassin is not installed on this machine. */
export const findSpamd = (): string | null => FOLDERS.map((folder) => join(folder, 'spamd')).find((path) => existsSync(path)) ?? null;

/** Starts `program` with its files in `dir` and a socket in a temporary folder of its own. */
export function startEmbedded(program: string, dir: string, log: Log, watch = WATCH): EmbeddedSpamd {
  const { site, home } = writeConfig(dir);
  if (endOrphan(dir)) log.warn('spamd_orphan_ended', {});
  const socketDir = mkdtempSync(join(tmpdir(), 'centrala-spamd-'));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) giveAway([dir, socketDir]);
  const path = join(socketDir, 'sock');
  const args = [
    '--local',
    '--allow-tell',
    '--nouser-config',
    '--max-children=2',
    '--min-children=1',
    '--min-spare=1',
    '--max-spare=1',
    `--siteconfigpath=${site}`,
    `--helper-home-dir=${home}`,
    `--socketpath=${path}`,
    '--socketmode=0600',
    '--syslog=stderr',
  ];
  const stopping = new AbortController();
  let child: ChildProcess | null = null;
  let words: string[] = [];
  let isUp = false;

  const runOnce = async (): Promise<void> => {
    rmSync(path, { force: true });
    const started = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', HOME: home },
      cwd: dir,
      // Its parts are its group, and end with it whatever state they are in.
      detached: true,
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    });
    child = started;
    started.stderr?.setEncoding('utf8').on('data', (text: string) => {
      words = [...words, ...text.split('\n').filter((line) => line.trim() !== '')].slice(-5);
    });
    const ended = once(started, 'exit').catch((error: unknown) => [String(error)]);
    if (started.pid !== undefined) rememberProcess(dir, started.pid);
    const watching = watchOver(started);
    const [code, signal] = await ended;
    isUp = false;
    child = null;
    await watching;
    isUp = false;
    if (!stopping.signal.aborted)
      log.warn('spamd_ended', { code: String(code), signal: String(signal), lastWords: words.join(' | ').slice(0, 500) });
  };

  const isRunning = (started: ChildProcess): boolean =>
    started.exitCode === null && started.signalCode === null && started.pid !== undefined && !stopping.signal.aborted;

  /** Until its end: it is up from its first answer on, and is ended when it gives none for too long. */
  const watchOver = async (started: ChildProcess): Promise<void> => {
    const ended = new AbortController();
    started.once('exit', () => ended.abort());
    const either = AbortSignal.any([stopping.signal, ended.signal]);
    for (let answeredAt = performance.now(); isRunning(started); ) {
      const asked = await ask({ path }, PING, { connectMs: 1_000, answerMs: isUp ? watch.answerMs : 2_000 }, either);
      if ('answer' in asked) {
        isUp = isRunning(started);
        answeredAt = performance.now();
      } else if (performance.now() - answeredAt > watch.silentMs) {
        log.warn('spamd_hangs', { detail: asked.detail });
        return endGroup(started, 'SIGKILL');
      }
      await wait(isUp ? watch.everyMs : 100, undefined, { signal: either }).catch(() => {});
    }
  };

  const pause = (ms: number): Promise<void> => wait(ms, undefined, { signal: stopping.signal }).catch(() => {});

  const supervise = async (): Promise<void> => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      await runOnce();
      failures = performance.now() - startedAt > STABLE_MS ? 0 : failures + 1;
      if (!stopping.signal.aborted) await pause(BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length) - 1] ?? 500);
    }
  };

  const supervision = supervise();
  return {
    host: { path },
    ready: async (signal) => {
      while (!isUp) await wait(50, undefined, { signal: AbortSignal.any([signal, stopping.signal]) });
    },
    trouble: () => (isUp ? null : (words.at(-1) ?? '')),
    stop: async () => {
      stopping.abort();
      const limit = setTimeout(() => child && endGroup(child, 'SIGKILL'), STOP_MS);
      child?.kill('SIGTERM');
      await supervision;
      clearTimeout(limit);
      forgetProcess(dir);
      rmSync(socketDir, { recursive: true, force: true });
    },
  };
}

/** spamd refuses to work as root, so what it writes is given to nobody, who can do nothing else. */
function giveAway(dirs: readonly string[]): void {
  for (const dir of dirs) {
    chownSync(dir, NOBODY, NOBODY);
    chmodSync(dir, 0o700);
    for (const entry of readdirSync(dir, { recursive: true, encoding: 'utf8' })) chownSync(join(dir, entry), NOBODY, NOBODY);
  }
}
