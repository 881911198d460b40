import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, installPeers } from '../../core/bin/debian-packages.ts';
import { DKIM_RECORD } from '../../plugins/email/test/signed.ts';
import { answers } from '../support/answers.ts';
import { startDns } from '../support/dns.ts';
import { until } from '../support/until.ts';
import { KEY_NAME, SENDERS } from './surroundings.ts';

/** What Postfix asks about each mail. */
export interface Checkers {
  /** For `smtpd_milters`. */
  readonly milters: string;
  readonly pids: readonly number[];
  readonly stop: () => Promise<void>;
}

const PORT = 53;
const PEERS = ['opendkim', 'opendmarc'] as const;

/**
 * Debian's OpenDKIM and OpenDMARC, which check DKIM, SPF and DMARC of each mail as Centrala does and write what they found into its header.
 * OpenDMARC asks whom /etc/resolv.conf names, so it gets one of its own in a mount namespace, and a DNS on port 53; OpenDKIM, whose resolver
 * never asks its own machine, has the key in a file. Needs root.
 */
export async function startCheckers(): Promise<Checkers> {
  const problems = installPeers(PEERS.map((name) => ({ program: name, debian: name })));
  for (const name of PEERS) if (findProgram(name) === null) throw new Error(problems[0] ?? `${name} is not there`);
  const dns = await startDns(SENDERS, [], PORT);
  const dir = mkdtempSync(join(tmpdir(), 'centrala-checkers-'));
  chmodSync(dir, 0o755);
  // Not TCP, in which each of them would wait for the other's acknowledgements.
  const socketOf = (name: string): string => join(dir, `${name}.socket`);
  writeFileSync(join(dir, 'resolv.conf'), 'nameserver 127.0.0.1\n');
  writeFileSync(join(dir, 'keys'), `${KEY_NAME} ${DKIM_RECORD}\n`);
  const settings = {
    opendkim: { Mode: 'v', AlwaysAddARHeader: 'yes', TestPublicKeys: join(dir, 'keys'), RequireSafeKeys: 'no' },
    opendmarc: { SPFIgnoreResults: 'true', SPFSelfValidate: 'true', AuthservID: 'bench.local', TrustedAuthservIDs: 'bench.local' },
  };
  const children = PEERS.map((name) => {
    const file = join(dir, `${name}.conf`);
    const all = {
      ...settings[name],
      Socket: `local:${socketOf(name)}`,
      UMask: '000',
      UserID: 'root',
      Syslog: 'no',
      PidFile: join(dir, `${name}.pid`),
    };
    writeFileSync(
      file,
      Object.entries(all)
        .map(([key, value]) => `${key} ${value}\n`)
        .join(''),
    );
    const given = name === 'opendkim' ? `-f -x ${file}` : `-f -c ${file}`;
    const script = `mount --bind ${dir}/resolv.conf /etc/resolv.conf && exec ${name} ${given}`;
    return spawn('unshare', ['-m', 'sh', '-c', script], { stdio: ['ignore', 'ignore', 'inherit'] });
  });
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(end));
    await dns.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    for (const name of PEERS) await until(`${name} answers`, () => answers(socketOf(name)), 20_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    milters: PEERS.map((name) => `unix:${socketOf(name)}`).join(', '),
    pids: children.flatMap(({ pid }) => pid ?? []),
    stop,
  };
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((ended) => {
    child.once('exit', () => ended());
    child.kill('SIGTERM');
  });
}
