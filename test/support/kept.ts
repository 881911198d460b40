import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** What `node test/upgrade/keep.ts` of earlier versions kept: whole data folders, and of the first one its database alone. */
const KEPT = join(import.meta.dirname, '../upgrade/kept');

/** The oldest first. */
export const keptNames = (): readonly string[] => readdirSync(KEPT).sort();

export const isWholeFolder = (name: string): boolean => name.endsWith('.tar.gz');

export const addKept = (name: string, folder: string): void => {
  execFileSync('tar', ['--owner=0', '--group=0', '--exclude=./.cache', '-czf', join(KEPT, name), '-C', folder, '.']);
};

/** Lays it out in an empty folder. */
export function layKept(name: string, folder: string): void {
  const file = join(KEPT, name);
  if (isWholeFolder(name)) execFileSync('tar', ['-xzf', file, '--no-same-owner', '-C', folder]);
  else writeFileSync(join(folder, 'centrala.sqlite'), gunzipSync(readFileSync(file)), { mode: 0o600 });
}
