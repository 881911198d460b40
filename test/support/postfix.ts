import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, installPeers } from '../../core/bin/debian-packages.ts';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

/** What Postfix passes on, and where on loopback to. */
export interface HandOver {
  readonly domain: string;
  readonly port: number;
  readonly onlyTls?: boolean;
}

export interface PostfixOptions {
  /** Whose mail it delivers. */
  readonly address: string;
  readonly handsOver?: HandOver;
  /** A certificate and its key: with it STARTTLS is offered. */
  readonly pem?: string | undefined;
  /** Filters that it asks about each mail, as `smtpd_milters` names them. */
  readonly milters?: string;
}

export interface PeerServer {
  readonly port: number;
  /** Its first process; the others descend from it. */
  readonly pid: number;
  /** Mails delivered so far. */
  readonly delivered: () => number;
  /** What was delivered, as it lies in the maildir, in no order. */
  readonly mails: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/**
 * Debian's Postfix with a configuration of its own in a temporary folder: accepts mail for `address` on a free port of loopback, queues and
 * delivers it into a maildir there. A client may say with XCLIENT that it is somebody else. Mail for the domain of `handsOver` goes on to
 * that port, only by TLS when it says so. Nothing of the machine's own Postfix is touched. Needs root.
 */
export async function startPostfix({ address, handsOver, pem, milters }: PostfixOptions): Promise<PeerServer> {
  const problems = installPeers([{ program: 'postfix', debian: 'postfix' }]);
  const [postfix, newaliases] = [findProgram('postfix'), findProgram('postmap')];
  if (postfix === null || newaliases === null || process.getuid?.() !== 0) throw new Error(problems[0] ?? 'Only root can start Postfix.');
  const dir = mkdtempSync(join(tmpdir(), 'centrala-postfix-'));
  const port = await freePort();
  for (const folder of ['etc', 'queue', 'data', 'mail']) mkdirSync(join(dir, folder), { mode: 0o755 });
  spawnSync('chmod', ['755', dir]);
  spawnSync('chown', ['postfix', join(dir, 'data')]);
  const [uid, gid] = idsOf('nobody');
  spawnSync('chown', [`${uid}:${gid}`, join(dir, 'mail')]);
  writeFileSync(
    join(dir, 'etc/main.cf'),
    mainCf(dir, address, uid, gid) +
      (handsOver ? handOver(dir, handsOver) : '') +
      (pem ? offersTls(dir) : '') +
      (milters ? asks(milters) : ''),
  );
  if (pem) writeFileSync(join(dir, 'etc/tls.pem'), pem, { mode: 0o600 });
  if (handsOver) writeFileSync(join(dir, 'etc/transport'), `${handsOver.domain} smtp:[127.0.0.1]:${handsOver.port}\n`);
  writeFileSync(join(dir, 'etc/master.cf'), masterCf(port));
  writeFileSync(join(dir, 'etc/boxes'), `${address} box/\n`);
  const started = spawnSync(postfix, ['-c', join(dir, 'etc'), 'start'], { encoding: 'utf8' });
  if (started.status !== 0) throw new Error(`Postfix did not start: ${started.stderr}`);
  const pid = Number(readFileSync(join(dir, 'queue/pid/master.pid'), 'utf8'));
  const box = join(dir, 'mail/box/new');
  const delivered = (): number => {
    try {
      return readdirSync(box).length;
    } catch {
      return 0;
    }
  };
  const mails = (): readonly string[] => (delivered() === 0 ? [] : readdirSync(box).map((name) => readFileSync(join(box, name), 'utf8')));
  const stop = async (): Promise<void> => {
    spawnSync(postfix, ['-c', join(dir, 'etc'), 'stop']);
    await until('Postfix has stopped', () => !alive(pid), 30_000);
    rmSync(dir, { recursive: true, force: true });
  };
  return { port, pid, delivered, mails, stop };
}

function mainCf(dir: string, address: string, uid: string, gid: string): string {
  const settings = {
    compatibility_level: '3.6',
    queue_directory: `${dir}/queue`,
    data_directory: `${dir}/data`,
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    myhostname: 'bench.local',
    mydestination: '',
    mynetworks: '127.0.0.0/8',
    smtpd_authorized_xclient_hosts: '127.0.0.0/8',
    virtual_mailbox_domains: address.split('@')[1] ?? '',
    virtual_mailbox_maps: `texthash:${dir}/etc/boxes`,
    virtual_mailbox_base: `${dir}/mail`,
    virtual_uid_maps: `static:${uid}`,
    virtual_gid_maps: `static:${gid}`,
    virtual_mailbox_limit: '0',
    virtual_minimum_uid: '1',
    message_size_limit: '36700160',
    default_process_limit: '100',
    smtpd_client_connection_count_limit: '0',
    smtpd_client_connection_rate_limit: '0',
    smtpd_client_message_rate_limit: '0',
    smtpd_peername_lookup: 'no',
    smtputf8_enable: 'no',
    alias_maps: '',
    maillog_file: `${dir}/mail.log`,
    maillog_file_prefixes: dir,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

const offersTls = (dir: string): string =>
  `${['cert', 'key'].map((part) => `smtpd_tls_${part}_file = ${dir}/etc/tls.pem\n`).join('')}smtpd_tls_security_level = may\n`;

const asks = (milters: string): string => `smtpd_milters = ${milters}\nmilter_default_action = tempfail\n`;

const handOver = (dir: string, { domain, onlyTls = false }: HandOver): string =>
  [
    `relay_domains = ${domain}`,
    `transport_maps = texthash:${dir}/etc/transport`,
    'smtp_host_lookup = native',
    ...(onlyTls ? ['smtp_tls_security_level = encrypt'] : []),
    '',
  ].join('\n');

/** Debian's services, without chroot, the listener on our port. */
function masterCf(port: number): string {
  const services: readonly string[] = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'pickup unix n - n 60 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'virtual unix - n n - - virtual',
    'smtp unix - - n - - smtp',
    'relay unix - - n - - smtp',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'proxymap unix - - n - - proxymap',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'postlog unix-dgram n - n - 1 postlogd',
  ];
  return `${services.join('\n')}\n`;
}

function idsOf(user: string): readonly [string, string] {
  const [, , uid = '65534', gid = '65534'] = (
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((line) => line.startsWith(`${user}:`)) ?? ''
  ).split(':');
  return [uid, gid];
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
