import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileOf = (dir: string): string => join(dir, 'spamd.pid');

/** Remembers the process that works in `dir`, so that a later start can end it should we die without having done so. */
export const rememberProcess = (dir: string, pid: number): void => writeFileSync(fileOf(dir), String(pid));
export const forgetProcess = (dir: string): void => rmSync(fileOf(dir), { force: true });

/** Ends the spamd of an earlier, killed run that still works in `dir`. A process that merely got its number is left alone. */
export function endOrphan(dir: string): boolean {
  try {
    const pid = Number(readFileSync(fileOf(dir), 'utf8'));
    if (!Number.isSafeInteger(pid) || pid < 2) return false;
    if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(join(dir, 'config'))) return false;
    process.kill(pid, 'SIGTERM');
    return true;
  } catch {
    return false;
  } finally {
    forgetProcess(dir);
  }
}
