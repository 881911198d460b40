import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type Run, readJournal } from './journal.ts';
import { readTap, type Tally } from './tap.ts';

const TAP_ERRORS = new URL('tap-errors.mjs', import.meta.url).href;

export interface AvaRun {
  /** Folder of the project whose ava.config.js counts. */
  readonly root: string;
  /** Files or patterns from the root; none = all that the configuration names. */
  readonly patterns: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A process in which no test begins or ends for longer is named and ended. ava's own limit is for silence of all together, and one `t.timeout` lifts it. */
  readonly silenceLimitMs: number;
  /** The files that still run are named, and everything is ended. */
  readonly runLimitMs: number;
  readonly say: (line: string) => void;
}

export interface AvaResult extends Tally {
  readonly runs: readonly Run[];
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
  const stop = (one: Run, now: number, running: readonly Run[]): void => {
    if (stopped.has(one.file)) return;
    stopped.add(one.file);
    run.say(`FAILED ${relative(run.root, one.file)} had not ended after ${seconds(now - one.beganAt)} s`);
    for (const { title } of running.filter(({ file, title }) => file === one.file && title !== null)) run.say(`  in: ${title}`);
    end(one.pid);
  };
  const watch = setInterval(() => {
    const now = Date.now();
    const runs = readJournal(journal);
    const running = runs.filter(({ endedAt }) => endedAt === null);
    const heardAt = (file: string): number => Math.max(...runs.map((one) => (one.file === file ? (one.endedAt ?? one.beganAt) : 0)));
    const isOver = now - started > run.runLimitMs;
    if (isOver) child.kill('SIGKILL');
    for (const one of running) if (one.title === null && (isOver || now - heardAt(one.file) > run.silenceLimitMs)) stop(one, now, running);
  }, 1000);
  const code = await new Promise<number | null>((done) => child.on('close', done));
  clearInterval(watch);
  const runs = readJournal(journal);
  const unended = runs.filter(({ endedAt }) => endedAt === null);
  if (code !== 0) for (const one of unended) if (one.title === null) stop(one, Date.now(), unended);
  rmSync(folder, { recursive: true });
  return { ...tap.end(code), runs };
}

/** The slowest of a run, one a line: tests of groups, and files that had a process of their own. */
export function slowest(runs: readonly Run[], root: string, count: number): readonly string[] {
  const grouped = new Set(runs.flatMap(({ file, title }) => (title === null ? [] : [file])));
  const timed = runs.filter(({ file, title }) => title !== null || !grouped.has(file));
  const times = timed.map(({ file, title, beganAt, endedAt }) => ({
    name: title ?? relative(root, file),
    ms: (endedAt ?? Date.now()) - beganAt,
  }));
  const top = times.toSorted((x, y) => y.ms - x.ms).slice(0, count);
  return top.map(({ name, ms }) => `${seconds(ms).padStart(6)} s  ${name}`);
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
