import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../lib/make-folder.ts';
import { BackupError } from './backup-error.ts';
import { complained, NO_BACKUPS_HELP } from './complaints.ts';
import { connectable } from './connectable.ts';
import { mustLieApart, wasRemoved } from './inside.ts';
import { isKnown, noteKnown } from './known-place.ts';
import { type BackupPlace, ensureKey, recoveryKey } from './repository-key.ts';
import { NO_LOCK, type Repository, restic } from './restic.ts';
import { placeOf, type Target } from './target.ts';
import { type Elsewhere, readSshKey, readTarget, type SshKey } from './target-file.ts';

/** Where the backups of this installation are, and their key; null before the first one. */
export function backupSource(place: BackupPlace): { readonly dir: string; readonly key: string } | null {
  const key = recoveryKey(place);
  return key === null ? null : { dir: place.dir, key };
}

/**
 * Opens the repository, making key and repository at the first backup. `target`: another one than what is set, to try it. Raises BackupError `gone`
 * where there was one before: what is missing is its disk, and another one would fill the disk of the data.
 */
export async function openRepository(place: BackupPlace, target: Target | null = null): Promise<Repository> {
  const repository = repositoryOf(place, ensureKey(place), target);
  mustLieApart(place.dataDir, repository.target);
  await connectable(repository.target);
  if (!(await isThere(repository))) {
    if (isKnown(place.dataDir, repository.place) && !wasRemoved(place.dataDir, repository.target)) throw gone(repository.place);
    if (repository.target.kind === 'folder') prepareFolder(repository.target.dir);
    await restic(repository, ['init', '--repository-version', '2']);
  }
  await noteKnown(place.dataDir, repository.place);
  return repository;
}

/** Raises BackupError `gone` where the folder that is set had backups and has none now. */
export function mustNotBeGone(place: BackupPlace): void {
  const target = readTarget(place);
  if (target && isGone(place, target)) throw gone(placeOf(target));
}

export const isGone = ({ dataDir }: BackupPlace, target: Target): boolean =>
  target.kind === 'folder' && !isInFolder(target.dir) && !wasRemoved(dataDir, target) && isKnown(dataDir, placeOf(target));

function gone(place: string): BackupError {
  const help =
    'Is its disk or share mounted? If they are gone for good, set the place again, and new ones begin there: centrala backup target.';
  return new BackupError(`There were backups in ${place}, and now there are none.`, help, 'gone');
}

const isInFolder = (dir: string): boolean => existsSync(join(dir, 'config'));

function prepareFolder(dir: string): void {
  try {
    makeFolder(dir);
  } catch (error) {
    throw complained(dir, error);
  }
}

/** The repository as it is. Raises BackupError when there is none or its key is unknown. */
export async function existingRepository(
  place: BackupPlace,
  key: string | null = recoveryKey(place),
  elsewhere: Elsewhere | null = null,
): Promise<Repository> {
  if (key === null)
    throw new BackupError(
      'The recovery key is not known on this machine.',
      'Give it with --key-file or CENTRALA_BACKUP_KEY; a new installation gets one with its first backup: centrala backup',
      'wrong_key',
    );
  const repository = repositoryOf(place, key, elsewhere?.target ?? null, elsewhere?.sshKey);
  await connectable(repository.target);
  if (repository.target.kind === 'folder' && !(await isThere(repository)))
    throw new BackupError(`There are no backups in ${repository.place}.`, NO_BACKUPS_HELP, 'no_backups');
  return repository;
}

function repositoryOf(place: BackupPlace, key: string, other: Target | null, otherKey?: SshKey | null): Repository {
  const target = other ?? readTarget(place);
  if (target === null)
    throw new BackupError(
      'Where backups go cannot be opened with this recovery key.',
      'Set it again: Settings → Backups, or centrala backup target.',
      'no_target',
    );
  const sshKey = target.kind === 'sftp' ? (otherKey ?? readSshKey(place)) : null;
  return { place: placeOf(target), target, sshKey, key, path: place.path, cacheDir: join(place.dataDir, '.cache/restic') };
}

async function isThere(repository: Repository): Promise<boolean> {
  if (repository.target.kind === 'folder') return isInFolder(repository.target.dir);
  try {
    await restic(repository, ['cat', 'config', NO_LOCK]);
    return true;
  } catch (error) {
    if (error instanceof BackupError && error.problem === 'no_backups') return false;
    throw error;
  }
}
