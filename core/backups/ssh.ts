import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BackupError } from './backup-error.ts';
import type { SftpTarget } from './target.ts';
import type { SshKey } from './target-file.ts';

const run = promisify(execFile);
const LIMIT_MS = 15_000;
/** The first that a server has is the one that is confirmed. */
const KINDS = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'ssh-rsa'];

/** A new key pair of OpenSSH, without a passphrase. Raises BackupError when OpenSSH is not installed. */
export async function makeSshKey(dir: string, path: string): Promise<SshKey> {
  return inFolder(dir, async (folder) => {
    const file = join(folder, 'key');
    await program(path, 'ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'centrala-backups', '-f', file]);
    const [privateKey, publicLine] = [await readFile(file, 'utf8'), (await readFile(`${file}.pub`, 'utf8')).trim()];
    return { privateKey, publicLine };
  });
}

/** The key by which a server proves who it is, as it says now; null when it says none. */
export async function hostKeyOf({ host, port }: Pick<SftpTarget, 'host' | 'port'>, path: string): Promise<string | null> {
  const said = await program(path, 'ssh-keyscan', ['-T', '10', '-p', String(port), '-t', 'ed25519,ecdsa,rsa', host]).catch((error) => {
    if (error instanceof BackupError) throw error;
    return '';
  });
  const keys = said.split('\n').flatMap((line) => {
    const [, kind, key] = /^[^#\s]+ ([\w@.-]+) ([A-Za-z0-9+/=]+)\s*$/.exec(line) ?? [];
    return kind && key ? [{ kind, key }] : [];
  });
  for (const kind of KINDS) {
    const found = keys.find((one) => one.kind === kind);
    if (found) return `${found.kind} ${found.key}`;
  }
  return null;
}

/** As `ssh-keygen -l` shows it: what people compare. */
export const fingerprintOf = (hostKey: string): string =>
  `SHA256:${createHash('sha256')
    .update(Buffer.from(hostKey.split(' ')[1] ?? '', 'base64'))
    .digest('base64')
    .replace(/=+$/, '')}`;

export interface SshWay {
  /** For restic: `sftp.command`. */
  readonly command: string;
  /** The arguments of `sftp` that takes commands from its standard input. */
  readonly sftp: readonly string[];
  readonly complaint: () => Promise<string>;
}

/**
 * Lends key and known host as files to `work`, with the command by which restic reaches the server; they are gone after it. Nothing of the
 * user's own configuration of ssh counts.
 */
export async function withSsh<T>(
  dir: string,
  { host, port, user, hostKey }: SftpTarget,
  key: SshKey | null,
  path: string,
  work: (way: SshWay) => Promise<T>,
): Promise<T> {
  if (hostKey === null)
    throw new BackupError(
      `Nobody has confirmed the key of ${host}.`,
      'Confirm it: Settings → Backups, or centrala backup target.',
      'host_key',
    );
  if (key === null) throw new BackupError('This machine has no key for SFTP.', 'Set the target again.', 'no_target');
  return inFolder(dir, async (folder) => {
    const [identity, known] = [join(folder, 'key'), join(folder, 'known_hosts')];
    await writeFile(identity, key.privateKey, { mode: 0o600 });
    await writeFile(known, `centrala-backups ${hostKey}\n`, { mode: 0o600 });
    const options = {
      BatchMode: 'yes',
      IdentitiesOnly: 'yes',
      IdentityFile: identity,
      UserKnownHostsFile: known,
      GlobalKnownHostsFile: '/dev/null',
      HostKeyAlias: 'centrala-backups',
      HostKeyAlgorithms: algorithmsOf(hostKey),
      StrictHostKeyChecking: 'yes',
      ConnectTimeout: '15',
      ServerAliveInterval: '20',
      ServerAliveCountMax: '3',
    };
    const chosen = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${quotedInConfig(name, value)}`]);
    const args = ['-F', 'none', '-p', String(port), '-l', user, ...chosen, host, '-s', 'sftp'];
    const sftp = [
      // Not quiet: what ssh complains of is the only word about a log-in that is refused.
      '-o',
      'LogLevel=ERROR',
      '-b',
      '-',
      '-F',
      'none',
      '-P',
      String(port),
      '-o',
      `User=${user}`,
      ...chosen,
      host.includes(':') ? `[${host}]` : host,
    ];
    return work({ command: ['ssh', ...args.map(quoted)].join(' '), sftp, complaint: () => complaintOf(args, path) });
  });
}

/** The one that was confirmed, and not another one that the server has as well. */
const algorithmsOf = (hostKey: string): string => {
  const [kind = ''] = hostKey.split(' ');
  return kind === 'ssh-rsa' ? 'rsa-sha2-512,rsa-sha2-256' : kind;
};

/** ssh takes several files at once unless their names are quoted. */
const quotedInConfig = (name: string, value: string): string => (name.endsWith('File') && value.includes(' ') ? `"${value}"` : value);

/** For restic, which splits the command as a shell would. */
const quoted = (text: string): string => (text.includes("'") ? `"${text}"` : `'${text}'`);

/** What ssh says when it is asked the same without restic; empty when it has nothing to complain of. */
async function complaintOf(args: readonly string[], path: string): Promise<string> {
  const asked = run('ssh', [...args], { env: { PATH: path }, timeout: LIMIT_MS, maxBuffer: 1 << 20 });
  asked.child.stdin?.end();
  return asked.then(
    () => '',
    (error: unknown) => (error instanceof Error && 'stderr' in error ? String(error.stderr) : ''),
  );
}

async function inFolder<T>(dir: string, work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(dir, 'ssh-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function program(path: string, name: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(name, [...args], { env: { PATH: path }, timeout: LIMIT_MS, maxBuffer: 1 << 20 })).stdout;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new BackupError(`${name} is not installed.`, 'Install it: apt-get install openssh-client', 'no_ssh');
    throw error;
  }
}
