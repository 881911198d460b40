import { readdirSync, readFileSync } from 'node:fs';

/** The value below which `share` of the sorted list lies; 0 for an empty one. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

const TICK_MS = 10;

/** Processor time so far in ms: of the given processes with their threads and dead children, of this process, of the whole machine. */
export interface CpuTimes {
  readonly server: number;
  readonly own: number;
  readonly machine: number;
  readonly atMs: number;
}

export function cpuTimes(pids: readonly number[]): CpuTimes {
  const fields = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').trim().split(/\s+/).slice(1, 9).map(Number);
  const idle = (fields[3] ?? 0) + (fields[4] ?? 0);
  const used = process.cpuUsage();
  return {
    server: pids.reduce((sum, pid) => sum + cpuOf(pid), 0),
    own: (used.user + used.system) / 1000,
    machine: (fields.reduce((a, b) => a + b, 0) - idle) * TICK_MS,
    atMs: performance.now(),
  };
}

/** Between two readings: server's ms, and how many processor cores something else used: a run with more than 0.35 is a noisy one. */
export function cpuBetween(before: CpuTimes, after: CpuTimes): { serverMs: number; foreignCores: number } {
  const serverMs = after.server - before.server;
  const foreign = after.machine - before.machine - serverMs - (after.own - before.own);
  return { serverMs, foreignCores: Math.max(0, foreign / (after.atMs - before.atMs)) };
}

function cpuOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return [11, 12, 13, 14].reduce((sum, index) => sum + (fields[index] ?? 0), 0) * TICK_MS;
}

/** A process and all that descend from it. */
export function processTree(root: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = read(`/proc/${name}/stat`);
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const tree = [root];
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  return tree;
}

/** Memory in MB of a process and its descendants: resident, and proportional (shared pages divided). */
export function memoryOf(root: number): { rssMb: number; pssMb: number } {
  const rollups = processTree(root).map((pid) => read(`/proc/${pid}/smaps_rollup`));
  const sum = (name: string): number =>
    rollups.reduce((total, text) => total + Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0), 0) / 1024;
  return { rssMb: sum('Rss'), pssMb: sum('Pss') };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Waits until less than 15 % of the machine is in use, at most `limitMs`, or `BENCH_QUIET_MS`: who only tries the commands does not wait. */
export async function quietMachine(limitMs = Number(process.env['BENCH_QUIET_MS'] ?? 60_000)): Promise<void> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const before = cpuTimes([]);
    await new Promise((resolve) => setTimeout(resolve, 400));
    if (cpuBetween(before, cpuTimes([])).foreignCores < 0.3 || Date.now() > deadline) return;
  }
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export const round = (value: number, digits = 1): number => Number(value.toFixed(digits));
