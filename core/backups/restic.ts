import { spawn } from 'node:child_process';
import { availableParallelism, setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BackupError } from './backup-error.ts';
import { complaintOf } from './complaints.ts';
import { withSsh } from './ssh.ts';
import type { Target } from './target.ts';
import type { SshKey } from './target-file.ts';

/** A repository of restic (https://restic.readthedocs.io): encrypted, compressed, each piece of data once. */
export interface Repository {
  /** As restic calls it: RESTIC_REPOSITORY. */
  readonly place: string;
  readonly target: Target;
  /** For SFTP. */
  readonly sshKey: SshKey | null;
  /** Its password: the recovery key. */
  readonly key: string;
  readonly cacheDir: string;
  /** Where programs are looked for: the PATH. */
  readonly path: string;
}

interface Call {
  /** For its standard input. */
  readonly input?: string;
  readonly cwd?: string;
  /** Gets each line of standard output; without it all of them are the answer. */
  readonly onLine?: (line: string) => void;
  /** Exit codes that are no failure; 3 of `backup` = some file vanished while it read. */
  readonly accept?: readonly number[];
  /** No server runs beside it: it may have the whole machine. */
  readonly isAlone?: boolean;
}

const MAX_COMPLAINTS = 20;
/** A share that is away for a moment is back by then: they are further and further apart. */
const MAX_RETRIES = 6;
/** Of whatever makes or fetches backups; below everybody else, for people work meanwhile. */
export const PRIORITY = 10;

/**
 * For what only reads: a machine that died while it tidied has left its lock, and must not keep another one from the backups. What is taken away
 * meanwhile is found missing.
 */
export const NO_LOCK = '--no-lock';

/** Runs one command of restic; answers its standard output. */
export async function restic(repository: Repository, args: readonly string[], call: Call = {}): Promise<string> {
  const { place, target, sshKey, cacheDir, path } = repository;
  if (target.kind !== 'sftp') return run(repository, args, call);
  return withSsh(join(cacheDir, '..'), target, sshKey, path, async (ssh) => {
    try {
      return await run(repository, ['-o', `sftp.command=${ssh.command}`, ...args], call);
    } catch (error) {
      // It may end before it has heard from ssh why that did.
      if (!(error instanceof BackupError) || !/unable to start the sftp session/.test(error.message)) throw error;
      throw failed(nameOf(args), place, `${error.message} ${await ssh.complaint()}`);
    }
  });
}

async function run({ place, target, key, cacheDir, path }: Repository, args: readonly string[], call: Call): Promise<string> {
  const env = {
    PATH: path,
    ...(target.kind === 's3' ? { AWS_ACCESS_KEY_ID: target.keyId, AWS_SECRET_ACCESS_KEY: target.secret } : {}),
    RESTIC_REPOSITORY: place,
    RESTIC_PASSWORD: key,
    RESTIC_CACHE_DIR: cacheDir,
    RESTIC_PROGRESS_FPS: '1',
    // Half the memory for a little more time.
    GOGC: '25',
    // Half of the processors: the others are for people and for mail that comes in meanwhile.
    GOMAXPROCS: String(Math.ceil(availableParallelism() / (call.isAlone ? 1 : 2))),
  };
  const child = spawn('restic', [...args], { env, cwd: call.cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  // One that ends early says why itself.
  child.stdin.on('error', () => {}).end(call.input ?? '');
  const lines: string[] = [];
  const complaints: string[] = [];
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  createInterface({ input: child.stdout }).on('line', (line) => (call.onLine ? call.onLine(line) : lines.push(line)));
  let retries = 0;
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (complaints.length < MAX_COMPLAINTS) complaints.push(line);
    // It would go on for a quarter of an hour with a file that is cut or gone.
    if (/retrying after/.test(line)) retries += 1;
    if (retries > MAX_RETRIES) child.kill();
  });
  if (child.pid !== undefined && !call.isAlone) setPriority(child.pid, PRIORITY);
  const code = await ended.catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    throw new BackupError('restic, which keeps the backups, is not installed.', 'Install it: apt-get install restic', 'no_restic');
  });
  if (code !== 0 && !(code !== null && call.accept?.includes(code))) throw failed(nameOf(args), place, complaints.join(' ').trim());
  return lines.join('\n');
}

const nameOf = (args: readonly string[]): string => args.find((word) => /^[a-z]+$/.test(word)) ?? '';

function failed(command: string, place: string, said: string): BackupError {
  return complaintOf(place, said) ?? new BackupError(`restic ${command} failed: ${said || 'it did not say why'}`);
}

const SNAPSHOT = /^[0-9a-f]{8,64}$/;

export interface Snapshot {
  readonly id: string;
  /** The short name that people use. */
  readonly shortId: string;
  readonly at: Date;
  /** Its id before it was marked; null = it was not. */
  readonly original: string | null;
  readonly tags: readonly string[];
  /** It was restored on trial. */
  readonly isVerified: boolean;
  /** The data folder that made it: `machineOf`; null for old ones. */
  readonly machine: string | null;
  /** What it takes when it is restored; null for one that was not verified, or long ago. */
  readonly bytes: number | null;
}

const VERIFIED = 'verified';
/** What names the data folder in the tags of a snapshot. */
export const machineTag = (machine: string): string => `machine-${machine}`;

/** Marks one as restored on trial; that changes its name. */
export async function markVerified(repository: Repository, snapshot: string, bytes: number): Promise<void> {
  await restic(repository, ['tag', '--add', `${VERIFIED},bytes-${bytes}`, snapshot]);
}

/** Removes these and, unless that is for `later`, what nobody else has of their data. */
export async function forget(repository: Repository, gone: readonly Snapshot[], data: 'now' | 'later' = 'now'): Promise<void> {
  if (gone.length > 0) await restic(repository, ['forget', ...(data === 'now' ? ['--prune'] : []), ...gone.map(({ id }) => id)]);
}

/** Removes what no snapshot has, such as that of an attempt that failed. Packs nothing anew: for that there may be no room. */
export async function clearLeftovers(repository: Repository): Promise<void> {
  await restic(repository, ['prune', '--max-repack-size', '0']);
}

/** All that are there, the oldest first. */
export async function snapshots(repository: Repository): Promise<readonly Snapshot[]> {
  const found: { id: string; short_id: string; time: string; original?: string; tags?: string[] }[] = JSON.parse(
    await restic(repository, ['snapshots', '--json', NO_LOCK]),
  );
  return found
    .filter(({ id }) => SNAPSHOT.test(id))
    .map(({ id, short_id: shortId, time, original = null, tags = [] }) => {
      const [bytes, machine = null] = [/^bytes-(\d+)$/, /^machine-([0-9a-f]{16})$/].map(
        (form) => tags.flatMap((tag) => form.exec(tag)?.[1] ?? [])[0],
      );
      return {
        id,
        shortId,
        at: new Date(time),
        original,
        tags,
        isVerified: tags.includes(VERIFIED),
        machine,
        bytes: bytes === undefined ? null : Number(bytes),
      };
    })
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}
