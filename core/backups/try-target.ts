import { randomBytes } from 'node:crypto';
import { BackupError } from './backup-error.ts';
import { claimBackups } from './claim.ts';
import { connectable } from './connectable.ts';
import { openRepository } from './repository.ts';
import type { BackupPlace } from './repository-key.ts';
import { restic, snapshots } from './restic.ts';
import { hostKeyOf } from './ssh.ts';
import type { Target } from './target.ts';
import type { RestoreProblem } from './types.ts';

export const STAGES = ['connect', 'host_key', 'open', 'write', 'read', 'remove'] as const;
export type Stage = (typeof STAGES)[number];

export interface Tried {
  /** What went well, in order. */
  readonly done: readonly Stage[];
  /** Where it ended; null when all went well. `detail` is one English sentence. */
  readonly failed: { readonly stage: Stage; readonly problem: RestoreProblem; readonly detail: string } | null;
}

const BYTES = 64 * 1024;
const FILE = 'centrala-trial';

/**
 * Does with a target what a backup does: connects, opens the repository (and makes it where there is none), writes something, reads it back
 * and removes it, each by the means of a backup. Never rejects because of the target. Raises BackupError while a backup is under way.
 */
export async function tryTarget(place: BackupPlace, target: Target): Promise<Tried> {
  const done: Stage[] = [];
  const step = async <T>(stage: Stage, work: () => Promise<T>): Promise<T> => {
    const answer = await work().catch((error: unknown) => {
      throw new StageError(stage, error);
    });
    done.push(stage);
    return answer;
  };
  const claim = claimBackups(place.dataDir);
  try {
    if (target.kind !== 'folder') await step('connect', () => connectable(target));
    if (target.kind === 'sftp') await step('host_key', () => mustProveItself(place, target));
    const repository = await step('open', () => openRepository(place, target));
    const written = randomBytes(BYTES);
    const how = ['--host', FILE, '--tag', FILE, '--stdin', '--stdin-filename', FILE];
    await step('write', () => restic(repository, ['backup', '--quiet', ...how], { input: written.toString('hex') }));
    const id = await step('read', async () => {
      const found = (await snapshots(repository)).findLast(({ tags }) => tags.includes(FILE));
      const read = found && (await restic(repository, ['dump', found.id, FILE]));
      if (!found || read !== written.toString('hex')) throw new BackupError('What was written is not what was read.', undefined, 'differs');
      return found.id;
    });
    await step('remove', async () => {
      await restic(repository, ['forget', id]);
      if ((await snapshots(repository)).some((one) => one.id === id)) throw new BackupError('What was removed is still there.');
    });
    return { done, failed: null };
  } catch (error) {
    if (error instanceof StageError) return { done, failed: { stage: error.stage, ...reason(error.cause) } };
    throw error;
  } finally {
    claim.release();
  }
}

class StageError extends Error {
  readonly stage: Stage;

  constructor(stage: Stage, cause: unknown) {
    super(stage, { cause });
    this.stage = stage;
  }
}

function reason(error: unknown): { readonly problem: RestoreProblem; readonly detail: string } {
  if (error instanceof BackupError) return { problem: error.problem, detail: error.message };
  return { problem: 'other', detail: error instanceof Error ? error.message : String(error) };
}

async function mustProveItself(place: BackupPlace, target: Extract<Target, { kind: 'sftp' }>): Promise<void> {
  const said = await hostKeyOf(target, place.path);
  if (said === null) throw new BackupError(`${target.host} says no key; it is no SSH server.`, undefined, 'host_key');
  if (said === target.hostKey) return;
  throw new BackupError(
    target.hostKey === null ? `Nobody has confirmed the key of ${target.host}.` : `${target.host} has another key than the confirmed one.`,
    'Compare the fingerprint with the one of the server and confirm it.',
    'host_key',
  );
}
