import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A program that the tests run for real, and the Debian package that brings it. */
export interface Peer {
  readonly program: string;
  readonly debian: string;
}

export const TEST_PEERS: readonly Peer[] = [
  { program: 'initdb', debian: 'postgresql' },
  { program: 'chromium', debian: 'chromium' },
  { program: 'chromium-headless-shell', debian: 'chromium-headless-shell' },
  { program: 'restic', debian: 'restic' },
  { program: 'ssh', debian: 'openssh-client' },
  { program: 'sshd', debian: 'openssh-server' },
  { program: 'swaks', debian: 'swaks' },
  { program: 'strace', debian: 'strace' },
  { program: 'postfix', debian: 'postfix' },
  { program: 'dovecot', debian: 'dovecot-imapd' },
  { program: 'mbsync', debian: 'isync' },
  { program: 'spamd', debian: 'spamd' },
  { program: 'clamd', debian: 'clamav-daemon' },
  { program: 'dnsmasq', debian: 'dnsmasq-base' },
  { program: 'dkimverify', debian: 'python3-dkim' },
  { program: 'faketime', debian: 'faketime' },
  { program: 'pebble', debian: 'pebble' },
  { program: 'caddy', debian: 'caddy' },
];

/** Where a program is: on the path, in sbin, or among PostgreSQL's own (newest version first); null when nowhere. */
export function findProgram(program: string): string | null {
  const postgres = '/usr/lib/postgresql';
  const versions = existsSync(postgres) ? readdirSync(postgres).sort((a, b) => Number(b) - Number(a)) : [];
  const path = spawnSync('sh', ['-c', 'printf %s "$PATH"'], { encoding: 'utf8' }).stdout.split(':');
  const folders = [...versions.map((version) => join(postgres, version, 'bin')), ...path, '/usr/sbin', '/usr/local/sbin', '/sbin'];
  const found = folders.find((folder) => existsSync(join(folder, program)));
  return found === undefined ? null : join(found, program);
}

/** Installs what is missing when this is root on Debian, without starting any service; answers the sentences about what it could not get. */
export function installPeers(peers: readonly Peer[]): readonly string[] {
  const missing = peers.filter((peer) => findProgram(peer.program) === null);
  if (missing.length === 0) return [];
  const names = missing.map((peer) => peer.debian).join(' ');
  if (process.getuid?.() !== 0 || findProgram('apt-get') === null)
    return [`The tests need these Debian packages, and only root may install them: sudo apt-get install --no-install-recommends ${names}`];
  console.log(`installing Debian packages for the tests: ${names}`);
  // Postfix asks how to be configured; no main.cf at all is what its tests want, they write their own.
  shell('echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections');
  withoutServices(() => {
    const install = `DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ${names} >/dev/null`;
    if (!shell(install)) shell(`apt-get update -qq && ${install}`);
  });
  const still = missing.filter((peer) => findProgram(peer.program) === null);
  return still.map((peer) => `The Debian package ${peer.debian} could not be installed, so the tests that run ${peer.program} will fail.`);
}

/** Debian lets one IMAP server be installed, so the second one that the tests run is only unpacked: with what it needs and nothing of the machine's own. */
export const COURIER = ['courier-imap', 'courier-authlib', 'libcourier-unicode4', 'libgamin0', 'gamin', 'libgdbm6', 'libidn12'];

/** Unpacks these packages, once, and answers the folder they are in; null = they could not be had. */
export function unpackPackages(names: readonly string[]): string | null {
  const folder = join(import.meta.dirname, '../../node_modules/.cache/debian', names[0] ?? '');
  if (existsSync(join(folder, 'done'))) return folder;
  const download = `apt-get download -qq ${names.join(' ')} >/dev/null 2>&1`;
  const fetch = `(${download} || { apt-get update -qq >/dev/null 2>&1; ${download}; })`;
  const isDone = shell(
    `mkdir -p '${folder}' && cd '${folder}' && ${fetch} && for one in *.deb; do dpkg-deb -x "$one" . || exit 1; done && touch done`,
  );
  return isDone ? folder : null;
}

/** Debian starts a service as soon as it is installed; a policy of 101 forbids that, for as long as `work` takes. */
function withoutServices(work: () => void): void {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) shell(`printf '#!/bin/sh\\nexit 101\\n' > ${policy} && chmod +x ${policy}`);
  try {
    work();
  } finally {
    if (ours) shell(`rm -f ${policy}`);
  }
}

function shell(command: string): boolean {
  return spawnSync('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}
