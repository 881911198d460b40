import { access, constants, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupError } from '../../backups/backup-error.ts';
import { connectable } from '../../backups/connectable.ts';
import { openLogPlace } from '../../backups/log-place.ts';
import { isGone } from '../../backups/repository.ts';
import type { BackupPlace } from '../../backups/repository-key.ts';
import { onDiskOfData } from '../../backups/same-disk.ts';
import { hostKeyOf } from '../../backups/ssh.ts';
import { placeOf, type SftpTarget } from '../../backups/target.ts';
import { readTarget } from '../../backups/target-file.ts';
import { broken, type Finding, reasonOf, text, well, worthKnowing } from './finding.ts';

/** So little that hardly the smallest backup fits. */
const NO_ROOM_BYTES = 1024 ** 2;

/** Where backups go answers, is the machine that it was, and lets us in. Writes nothing: that is what the trial is for. */
export async function targetFindings(place: BackupPlace): Promise<readonly Finding[]> {
  const [what, advice] = [text('health.target.what'), text('health.target.advice')];
  const target = readTarget(place);
  if (target === null) return [broken(what, text('backups.problem.no_target'), advice)];
  const facts = { place: placeOf(target) };
  if (isGone(place, target)) return [broken(what, facts.place, text('backups.problem.gone'))];
  try {
    if (target.kind === 'folder') {
      await mustTakeFiles(await nearest(target.dir));
      if (!(await onDiskOfData(place))) return [well(what, text('health.target.folder', facts))];
      return [worthKnowing(what, text('health.target.sameDisk', facts), text('health.target.sameDiskAdvice'))];
    }
    await connectable(target);
    if (target.kind === 'sftp') await mustBeTheSame(target, place.path);
    await mustLetIn(place);
    return [well(what, text('health.target.ok', facts))];
  } catch (error) {
    const seen = error instanceof BackupError ? text(`backups.problem.${error.problem}`) : reasonOf(error);
    return [broken(what, text('health.withDetail', { problem: facts.place, detail: seen }), advice)];
  }
}

async function mustTakeFiles(dir: string): Promise<void> {
  await access(dir, constants.W_OK);
  if (!(await stat(dir)).isDirectory()) throw new BackupError(`${dir} is no folder.`, undefined, 'not_written');
  const { bavail, bsize } = await statfs(dir);
  if (bavail * bsize < NO_ROOM_BYTES) throw new BackupError(`${dir} is full.`, undefined, 'no_room');
}

async function mustBeTheSame(target: SftpTarget, path: string): Promise<void> {
  if ((await hostKeyOf(target, path)) !== target.hostKey) throw new BackupError(`${target.host} has another key.`, undefined, 'host_key');
}

/** Asks for names that need not be there. */
async function mustLetIn(place: BackupPlace): Promise<void> {
  const log = openLogPlace(place);
  try {
    await log?.list('doctor');
  } finally {
    await log?.close();
  }
}

/** The folder, or the nearest above it that is there: the first backup makes the rest. */
const nearest = (dir: string): Promise<string> =>
  access(dir).then(
    () => dir,
    () => nearest(join(dir, '..')),
  );
