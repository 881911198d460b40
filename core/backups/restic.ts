import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { AppError } from '../lib/errors.ts';
import type { RestoreProblem } from './types.ts';

/** A repository of restic (https://restic.readthedocs.io): encrypted, compressed, each piece of data once. */
export interface Repository {
  /** A folder, or whatever else restic takes as RESTIC_REPOSITORY. */
  readonly place: string;
  /** Its password: the recovery key. */
  readonly key: string;
  readonly cacheDir: string;
  /** Where programs are looked for: the PATH. */
  readonly path: string;
}

interface Call {
  readonly cwd?: string;
  /** Gets each line of standard output; without it all of them are the answer. */
  readonly onLine?: (line: string) => void;
  /** Exit codes that are no failure; 3 of `backup` = some file vanished while it read. */
  readonly accept?: readonly number[];
}

const MAX_COMPLAINTS = 20;
/** A share that is away for a moment is back by then: they are further and further apart. */
const MAX_RETRIES = 6;
/** Below everybody else: people work meanwhile. */
const PRIORITY = 10;

/** Raised when restic failed or is not there; `message` ends with what it said itself. */
export class BackupError extends AppError {
  /** What the page says in the reader's language; the sentence itself is for the log and the command line. */
  readonly problem: RestoreProblem;

  constructor(message: string, help?: string, problem: RestoreProblem = 'other') {
    super('backup', 503, message, help === undefined ? {} : { help });
    this.problem = problem;
  }
}

/** Runs one command of restic; answers its standard output. */
export async function restic({ place, key, cacheDir, path }: Repository, args: readonly string[], call: Call = {}): Promise<string> {
  const env = {
    PATH: path,
    RESTIC_REPOSITORY: place,
    RESTIC_PASSWORD: key,
    RESTIC_CACHE_DIR: cacheDir,
    RESTIC_PROGRESS_FPS: '1',
    // Half the memory for a little more time.
    GOGC: '25',
  };
  const child = spawn('restic', [...args], { env, cwd: call.cwd, stdio: ['ignore', 'pipe', 'pipe'] });
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
  if (child.pid !== undefined) setPriority(child.pid, PRIORITY);
  const code = await ended.catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    throw new BackupError('restic, which keeps the backups, is not installed.', 'Install it: apt-get install restic', 'no_restic');
  });
  if (code !== 0 && !(code !== null && call.accept?.includes(code))) throw failed(args[0] ?? '', place, complaints.join(' ').trim());
  return lines.join('\n');
}

function failed(command: string, place: string, said: string): BackupError {
  if (/wrong password|no key found/i.test(said))
    return new BackupError(
      `The recovery key does not open the backups in ${place}.`,
      'Give the key that was shown when they were made.',
      'wrong_key',
    );
  if (/no space left/i.test(said)) return new BackupError(`There is no room for backups in ${place}.`, 'Make room there.', 'no_room');
  if (/unable to open config file|does not exist/i.test(said))
    return new BackupError(`There are no backups in ${place}.`, 'Check CENTRALA_BACKUP_DIR.', 'no_backups');
  return new BackupError(`restic ${command} failed: ${said || 'it did not say why'}`);
}

const SNAPSHOT = /^[0-9a-f]{8,64}$/;

export interface Snapshot {
  readonly id: string;
  /** The short name that people use. */
  readonly shortId: string;
  readonly at: Date;
  readonly tags: readonly string[];
}

/** All that are there, the oldest first. */
export async function snapshots(repository: Repository): Promise<readonly Snapshot[]> {
  const found: { id: string; short_id: string; time: string; tags?: string[] }[] = JSON.parse(
    await restic(repository, ['snapshots', '--json', '--no-lock']),
  );
  return found
    .filter(({ id }) => SNAPSHOT.test(id))
    .map(({ id, short_id: shortId, time, tags }) => ({ id, shortId, at: new Date(time), tags: tags ?? [] }))
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}
