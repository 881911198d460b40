import { join } from 'node:path';
import { type Scope, transact } from '../db/scope.ts';
import { ConflictError } from '../lib/errors.ts';
import { BackupError } from './backup-error.ts';
import { type BackupPlace, ensureKey } from './repository-key.ts';
import { fingerprintOf, hostKeyOf, makeSshKey } from './ssh.ts';
import { placeOf, type SftpTarget, type Target } from './target.ts';
import { forgetTarget, readSshKey, readTarget, writeSshKey, writeTarget } from './target-file.ts';

export interface TargetState {
  /** Null: it cannot be opened with the present recovery key. */
  readonly target: Target | null;
  /** How people call it. */
  readonly place: string | null;
  /** For `authorized_keys`; null before SFTP was chosen. */
  readonly publicLine: string | null;
  /** Of the host key that was confirmed. */
  readonly fingerprint: string | null;
}

export function targetState(place: BackupPlace): TargetState {
  const target = readTarget(place);
  return {
    target,
    place: target && placeOf(target),
    publicLine: readSshKey(place)?.publicLine ?? null,
    fingerprint: target?.kind === 'sftp' && target.hostKey !== null ? fingerprintOf(target.hostKey) : null,
  };
}

/** What a secret that was left empty means: the one that is kept, as long as it is of the same key. */
export function keptSecret(place: BackupPlace, keyId: string): string {
  const known = readTarget(place);
  return known?.kind === 's3' && known.keyId === keyId ? known.secret : '';
}

/** Backups go there from now on. The key of an SFTP server counts as confirmed as long as its address stays. */
export async function setTarget(scope: Scope, place: BackupPlace, wanted: Target): Promise<void> {
  ensureKey(place);
  const known = readTarget(place);
  if (wanted.kind === 'sftp' && !readSshKey(place)) writeSshKey(place, await makeSshKey(join(place.dataDir, '.cache'), place.path));
  if (wanted.kind === 'folder' && wanted.dir === place.dir) forgetTarget(place);
  else writeTarget(place, wanted.kind === 'sftp' ? { ...wanted, hostKey: confirmedKey(known, wanted) } : wanted);
  await noteChange(scope);
}

const confirmedKey = (known: Target | null, { host, port, hostKey }: SftpTarget): string | null =>
  hostKey ?? (known?.kind === 'sftp' && known.host === host && known.port === port ? known.hostKey : null);

/** The fingerprint by which the server of the target proves itself now. Raises BackupError when none answers, ConflictError when it is no SFTP server. */
export async function shownFingerprint(place: BackupPlace): Promise<string> {
  return fingerprintOf((await askedKey(place)).hostKey);
}

/** Somebody compared this fingerprint: from now on only that key counts. Raises BackupError when the server shows another one by now. */
export async function confirmHostKey(scope: Scope, place: BackupPlace, fingerprint: string): Promise<void> {
  const { target, hostKey } = await askedKey(place);
  if (fingerprintOf(hostKey) !== fingerprint)
    throw new BackupError(`${target.host} shows another key than that one.`, 'Compare it again.', 'host_key');
  writeTarget(place, { ...target, hostKey });
  await noteChange(scope);
}

async function askedKey(place: BackupPlace): Promise<{ readonly target: SftpTarget; readonly hostKey: string }> {
  const target = readTarget(place);
  if (target?.kind !== 'sftp') throw new ConflictError('no_sftp_target', 'Backups do not go to an SFTP server', 'Set that first.');
  const hostKey = await hostKeyOf(target, place.path);
  if (hostKey === null)
    throw new BackupError(`${target.host} does not answer as an SSH server on port ${target.port}.`, 'Check host and port.', 'unreachable');
  return { target, hostKey };
}

/** It lies beside the database, and the audit is in it. */
const noteChange = (scope: Scope): Promise<void> =>
  transact(scope, async (tx) => tx.emit({ type: 'settings.changed', data: { key: 'backups.target' } }));
