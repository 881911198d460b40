import { BackupError } from './backup-error.ts';
import type { RestoreProblem } from './types.ts';

/** A variable that has no effect is no advice. */
export const NO_BACKUPS_HELP =
  'Check what "centrala backup target" says: a place that was set comes before CENTRALA_BACKUP_DIR; "centrala backup target folder" goes back to that.';

const CRASH = /\bpanic: runtime error|\brestic crashed\b/;

/** All that a server with SFTP says of a full disk, and of much else. */
const SFTP_FAILURE = /sftp: "?failure|(?:write|put|rename|mkdir).*failure|ssh_fx_failure|\bdoes not say why\b/i;

/** What restic, ssh and S3 say, in the order in which it is looked for. */
const COMPLAINTS: readonly (readonly [RegExp, RestoreProblem, (place: string) => string, string])[] = [
  [
    /wrong password|no key found/i,
    'wrong_key',
    (place) => `The recovery key does not open the backups in ${place}.`,
    'Give the key that was shown when they were made.',
  ],
  [
    /no space left|storage ?full|quota|insufficient ?storage|\b507\b|minimum free drive/i,
    'no_room',
    (place) => `There is no room for backups in ${place}.`,
    'Make room there.',
  ],
  [
    CRASH,
    'not_written',
    (place) => `restic crashed while it wrote to ${place}.`,
    'Check how much room it has: restic 0.14 crashes now and then when a disk is full.',
  ],
  [
    /host key verification failed|host identification has changed/i,
    'host_key',
    (place) => `The server of ${place} proves itself with another key than the confirmed one.`,
    'Find out why before you confirm the new one: Settings → Backups.',
  ],
  [
    /permission denied \(|access key id|signature we calculated|access ?denied|invalidaccesskey|forbidden/i,
    'refused',
    (place) => `${place} refuses the log-in.`,
    'Check user or key id, the secret, and what it may do there.',
  ],
  [
    SFTP_FAILURE,
    'not_written',
    (place) => `${place} did not take a file, and does not say why.`,
    'SFTP has no word for a full disk: check how much room it has, and the right to write there.',
  ],
  [
    /permission denied|read-only file system|not a directory|\b(?:enoent|enotdir|eexist|eisdir|eacces|eperm|erofs)\b/i,
    'not_written',
    (place) => `${place} did not take a file.`,
    'Check that it is there, how much room it has, and the right to write there.',
  ],
  [
    /econnrefused|econnreset|enotfound|ehostunreach|etimedout|was silent for|connection closed|connection lost|broken pipe|connection refused|no route to host|i\/o timeout|no such host|connection reset|connection timed out|could not resolve/i,
    'unreachable',
    (place) => `${place} does not answer.`,
    'Check address, port and network.',
  ],
  // Not each "unable to open config file": that it also says of a bucket that answers with an error.
  [
    /does not exist|unable to open config file:.*no such file/i,
    'no_backups',
    (place) => `There are no backups in ${place}.`,
    NO_BACKUPS_HELP,
  ],
];

/** What they mean, in the words of a place of backups; null when that is not known. */
export function complaintOf(place: string, said: string): BackupError | null {
  for (const [words, problem, sentence, help] of COMPLAINTS) if (words.test(said)) return new BackupError(sentence(place), help, problem);
  return null;
}

/** A full place: it says so, restic crashed of it, or there is no word for it. */
export const maybeNoRoom = (error: unknown): boolean =>
  error instanceof BackupError && (error.problem === 'no_room' || CRASH.test(error.message) || SFTP_FAILURE.test(error.message));

/** The same of what the system said of a folder; an error that says something else stays what it is. */
export const complained = (place: string, error: unknown): unknown =>
  (error instanceof Error && !(error instanceof BackupError) && complaintOf(place, error.message)) || error;
