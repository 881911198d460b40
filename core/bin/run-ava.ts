import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type FileRun, readJournal } from './journal.ts';
import { readTap, type Tally } from './tap.ts';

const TAP_ERRORS = new URL('tap-errors.mjs', import.meta.url).href;

export interface AvaRun {
  /** Folder of the project whose ava.config.js counts. */
  readonly root: string;
  /** Files or patterns from the root; none = all that the configuration names. */
  readonly patterns: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A file that takes longer is named, and its process ended. ava's own limit is for silence of all files together, and one `t.timeout` lifts it. */
  readonly fileLimitMs: number;
  /** The files that still run are named, and everything is ended. */
  readonly runLimitMs: number;
  readonly say: (line: string) => void;
}

export interface AvaResult extends Tally {
  readonly files: readonly FileRun[];
}

/** One run of ava; failures are told as they happen. */
export async function runAva(run: AvaRun): Promise<AvaResult> {
  const folder = mkdtempSync(join(tmpdir(), 'centrala-ava-'));
  const journal = join(folder, 'journal');
  const started = Date.now();
  const child = spawn(
    process.execPath,
    ['--import', TAP_ERRORS, join(run.root, 'node_modules/ava/entrypoints/cli.js'), '--tap', ...run.patterns],
    {
      cwd: run.root,
      env: { ...process.env, NODE_ENV: 'test', ...run.env, TEST_JOURNAL: journal },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const tap = readTap(run.say);
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => tap.feed(chunk));
  const stopped = new Set<string>();
  const stop = (one: FileRun, now: number): void => {
    if (stopped.has(one.file)) return;
    stopped.add(one.file);
    run.say(`FAILED ${relative(run.root, one.file)} had not ended after ${seconds(now - one.beganAt)} s`);
    end(one.pid);
  };
  const watch = setInterval(() => {
    const now = Date.now();
    const running = readJournal(journal).filter(({ endedAt }) => endedAt === null);
    const isOver = now - started > run.runLimitMs;
    if (isOver) child.kill('SIGKILL');
    for (const one of running) if (isOver || now - one.beganAt > run.fileLimitMs) stop(one, now);
  }, 1000);
  const code = await new Promise<number | null>((done) => child.on('close', done));
  clearInterval(watch);
  const files = readJournal(journal);
  if (code !== 0) for (const one of files) if (one.endedAt === null) stop(one, Date.now());
  rmSync(folder, { recursive: true });
  return { ...tap.end(code), files };
}

/** The slowest files of some runs, one a line. */
export function slowest(files: readonly FileRun[], root: string, count: number): readonly string[] {
  const times = files.map(({ file, beganAt, endedAt }) => ({ file, ms: (endedAt ?? Date.now()) - beganAt }));
  const top = times.toSorted((x, y) => y.ms - x.ms).slice(0, count);
  return top.map(({ file, ms }) => `${seconds(ms).padStart(6)} s  ${relative(root, file)}`);
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
