import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { findProgram } from '../../core/bin/debian-packages.ts';
import { answers } from './answers.ts';
import { freePort } from './free-port.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

export interface Sshd {
  readonly port: number;
  readonly user: string;
  /** A folder that the user may write to. */
  readonly folder: string;
  readonly fingerprint: string;
  /** Lets whoever has the private key of this line in. */
  authorize(publicLine: string): void;
  /** The same address with another host key, as after somebody put a machine in between. */
  changeHostKey(): Promise<void>;
  stop(): Promise<void>;
}

/** OpenSSH's server with its SFTP, on a free port of this machine and with a configuration of its own. */
export async function startSshd(t: ExecutionContext<unknown>): Promise<Sshd> {
  const dir = tempDir(t);
  const [port, folder, authorized] = [await freePort(), join(dir, 'files'), join(dir, 'authorized')];
  mkdirSync(folder);
  // Where it steps aside to; only root is asked for it.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  writeFileSync(authorized, '');
  const makeKey = (name: string): string => {
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, name)]);
    return join(dir, name);
  };
  const run = async (hostKey: string) => {
    const config = [
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${authorized}`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin prohibit-password',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'MaxStartups 100',
      'Subsystem sftp internal-sftp',
    ];
    writeFileSync(join(dir, 'config'), `${config.join('\n')}\n`);
    const child = spawn(findProgram('sshd') ?? 'sshd', ['-D', '-e', '-f', join(dir, 'config')], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('close', resolve));
    await until('sshd listens', () => answers(port));
    return async (): Promise<void> => {
      child.kill('SIGKILL');
      await ended;
    };
  };
  const first = makeKey('host');
  let stop = await run(first);
  t.teardown(() => stop());
  const shown = spawnSync('ssh-keygen', ['-lf', `${first}.pub`], { encoding: 'utf8' }).stdout;
  return {
    port,
    folder,
    user: userInfo().username,
    fingerprint: shown.split(' ')[1] ?? '',
    authorize: (publicLine) => writeFileSync(authorized, `${publicLine}\n`),
    changeHostKey: async () => {
      await stop();
      stop = await run(makeKey('other'));
    },
    stop: () => stop(),
  };
}
