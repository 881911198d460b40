import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createKeyring } from '../lib/secrets.ts';
import { forgetKnown } from './known-place.ts';
import { type BackupPlace, recoveryKey } from './repository-key.ts';
import { TARGET, type Target } from './target.ts';

/** Beside the data and in no backup, so that it can be read without a database and a restore does not change where backups go. */
const FILE = 'backup-target.json';
const PURPOSE = 'backup target';

const SEALED = z.object({
  sealed: z.string(),
  /** The key pair that this machine shows to SFTP servers: its public line, and the private one sealed. */
  ssh: z.object({ publicLine: z.string(), sealed: z.string() }).nullable().default(null),
});

/** What this machine shows to an SFTP server. */
export interface SshKey {
  readonly publicLine: string;
  /** As OpenSSH writes it. */
  readonly privateKey: string;
}

const path = (place: Pick<BackupPlace, 'dataDir'>): string => join(place.dataDir, FILE);

/**
 * Where backups go: what was set, else the folder of the configuration. Null when it was set and cannot be opened, because the recovery key
 * is another one since.
 */
export function readTarget(place: BackupPlace): Target | null {
  const stored = readFile(place);
  if (stored === null || stored.sealed === '') return { kind: 'folder', dir: place.dir };
  const plain = open(place, stored.sealed);
  return plain === null ? null : TARGET.parse(JSON.parse(plain));
}

/** A place that is not the set one: asked before anything is set, on an empty machine. */
export interface Elsewhere {
  readonly target: Target;
  readonly sshKey: SshKey | null;
}

/** Null before it was made, and when it cannot be opened. */
export function readSshKey(place: BackupPlace): SshKey | null {
  const ssh = readFile(place)?.ssh;
  const privateKey = ssh ? open(place, ssh.sealed) : null;
  return ssh && privateKey !== null ? { publicLine: ssh.publicLine, privateKey } : null;
}

/** Raises when there is no recovery key yet, under which it lies encrypted. */
export function writeTarget(place: BackupPlace, target: Target): void {
  write(place, { sealed: seal(place, JSON.stringify(target)) });
  forgetKnown(place.dataDir);
}

export function writeSshKey(place: BackupPlace, { publicLine, privateKey }: SshKey): void {
  write(place, { ssh: { publicLine, sealed: seal(place, privateKey) } });
}

/** Backups go to the folder of the configuration again; the key pair stays, since a server may know it. */
export function forgetTarget(place: BackupPlace): void {
  if (readFile(place)?.ssh) write(place, { sealed: '' });
  else rmSync(path(place), { force: true });
  forgetKnown(place.dataDir);
}

/** As if nothing had ever been set. */
export const dropTarget = (place: Pick<BackupPlace, 'dataDir'>): void => rmSync(path(place), { force: true });

function readFile(place: BackupPlace): z.output<typeof SEALED> | null {
  return existsSync(path(place)) ? SEALED.parse(JSON.parse(readFileSync(path(place), 'utf8'))) : null;
}

function write(place: BackupPlace, changes: Partial<z.output<typeof SEALED>>): void {
  const next = { sealed: '', ssh: null, ...readFile(place), ...changes };
  writeFileSync(`${path(place)}.new`, JSON.stringify(next), { mode: 0o600, flush: true });
  renameSync(`${path(place)}.new`, path(place));
}

/** Under the recovery key, which opens the backups anyway, is in none of them and outlives a restore, unlike the installation's secret. */
function seal(place: BackupPlace, plain: string): string {
  return createKeyring(recoveryKey(place) ?? '').encrypt(PURPOSE, plain);
}

function open(place: BackupPlace, sealed: string): string | null {
  const key = recoveryKey(place);
  try {
    return key === null ? null : createKeyring(key).decrypt(PURPOSE, sealed);
  } catch {
    return null;
  }
}
