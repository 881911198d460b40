import { existsSync } from 'node:fs';
import { link, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseTarget } from '../db/connect.ts';
import type { Scope } from '../db/scope.ts';
import { vacuumInto } from '../db/sqlite-file.ts';
import { copyDatabase, copyName } from './copy-database.ts';
import { nameInside } from './inside.ts';
import { STAGE, writeManifest } from './manifest.ts';
import type { BackupPlace } from './repository-key.ts';
import { mustHaveRoom } from './room.ts';
import { databaseBytes } from './size.ts';
import { readTarget } from './target-file.ts';

export interface StageParts {
  readonly scope: Scope;
  readonly target: DatabaseTarget;
  readonly dataDir: string;
  /** The installation's secret, so that a restored machine can read its passwords. */
  readonly secret: string;
  readonly version: string;
  readonly place: BackupPlace;
}

/** What of the data folder is not kept: made anew, of this machine only, or here as a consistent copy. */
const LEFT_OUT =
  /^(centrala\.sqlite.*|spool.*|\.cache|\.writable|.*\.lock|checking|backups|backup\.key|backup-.*|restore-.*|before-restore-.*|standby.*|restoring\.json|secret\.key|on-postgresql)$/;

export const isLeftOut = (name: string): boolean => LEFT_OUT.test(name);

/**
 * Puts a consistent copy of everything that changes into `backup-stage`: first what waits in the spool, then the database, so that a mail
 * taken from the one into the other meanwhile is in both (taking it up twice changes nothing). Answers what of the data folder to store.
 */
export async function stage({ scope, target, dataDir, secret, version, place }: StageParts): Promise<readonly string[]> {
  const dir = join(dataDir, STAGE);
  await rm(dir, { recursive: true, force: true });
  // The copy and the trial restore stand beside the database for a while.
  await mustHaveRoom(dataDir, 2.2 * (await databaseBytes(scope, target)), 'A backup', 0);
  await mkdir(join(dir, 'spool'), { recursive: true, mode: 0o700 });
  const names = [copyName(target), 'secret.key'];
  if (existsSync(join(dataDir, 'spool.sqlite'))) {
    vacuumInto(join(dataDir, 'spool.sqlite'), join(dir, 'spool.sqlite'), true);
    names.push('spool.sqlite');
  }
  // After the rows: a body that is gone by now was taken up, and one without a row is cleared away.
  for (const name of await readdir(join(dataDir, 'spool')).catch(() => []))
    await link(join(dataDir, 'spool', name), join(dir, 'spool', name)).catch(ifGone);
  await writeFile(join(dir, 'secret.key'), `${secret}\n`, { mode: 0o600 });
  const contents = await copyDatabase(scope, target, join(dir, copyName(target)), place.path);
  await writeManifest(dir, { ...contents, version, createdAt: scope.now().toISOString() }, names);
  const going = readTarget(place);
  const own = going && nameInside(dataDir, going);
  // Of a link restic would keep that it leads somewhere, and nothing of what is there.
  const kept = (await readdir(dataDir, { withFileTypes: true })).filter((one) => one.isFile() || one.isDirectory());
  return [STAGE, ...kept.map(({ name }) => name).filter((name) => !isLeftOut(name) && name !== own)];
}

function ifGone(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
