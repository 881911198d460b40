import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

export interface Check {
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** What every commit must pass before its tests are even run. */
export const checks: readonly Check[] = [
  { title: 'types', command: 'tsc', args: ['-p', '.'] },
  { title: 'lint and format', command: 'biome', args: ['check', '--error-on-warnings', '--no-errors-on-unmatched', '.'] },
];

/** Runs one check with its output on the terminal; true when it found nothing. */
export function runCheck(check: Check): boolean {
  const done = runTool(check.command, check.args);
  console.log(`${done ? 'ok    ' : 'FAILED'} ${check.title}`);
  return done;
}

/** Runs a program of node_modules/.bin in the project's folder under this Node. */
export function runTool(command: string, args: readonly string[]): boolean {
  const done = spawnSync(process.execPath, [join(ROOT, 'node_modules/.bin', command), ...args], { cwd: ROOT, stdio: 'inherit' });
  return done.status === 0;
}
