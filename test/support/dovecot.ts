import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { generate } from 'selfsigned';
import { findProgram, installPeers } from '../../core/bin/debian-packages.ts';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

/** The folders that every account has, named as their roles are (RFC 6154). */
export const DOVECOT_FOLDERS = ['Sent', 'Drafts', 'Junk', 'Trash', 'Archive'] as const;
export const DOVECOT_PASSWORD = 'hasło do skrzynki';

export interface Dovecot {
  /** IMAP in clear, with STARTTLS on offer. */
  readonly port: number;
  /** IMAP by TLS with a certificate that nobody signed, for `localhost`. */
  readonly tlsPort: number;
  readonly certificate: string;
  readonly pid: number;
  /** Puts a message into a folder as if it had arrived now; the first of them is INBOX, whatever the account is called. */
  readonly deliver: (account: string, message: string | Uint8Array, folder?: string) => void;
  /** How many messages lie there, and the names of their files with the flags at the end (`S` = seen). */
  readonly files: (account: string, folder?: string) => readonly string[];
  readonly read: (account: string, folder?: string) => readonly Buffer[];
  /** Whether Dovecot can read the file of the n-th message that was delivered into the folder (0 = the first). */
  readonly readable: (account: string, n: number, isReadable: boolean, folder?: string) => void;
  /** Takes the numbers away from a folder: it gets a new UIDVALIDITY with the next connection. */
  readonly renumber: (account: string, folder?: string) => void;
  /** Copies an account as a nightly backup does; the answer puts it back as it was, numbers included. Nobody may be connected then. */
  readonly backUp: (account: string) => () => void;
  /** What Dovecot wrote down. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/**
 * Debian's Dovecot with a configuration of its own in a temporary folder: these accounts, all with the same password, their mail in maildirs
 * there. Nothing of the machine's own Dovecot is touched. Runs as root (its parts then as its own users) or as anybody. With an address that
 * tells of tokens (RFC 7662) it takes XOAUTH2 too.
 */
export async function startDovecot(
  accounts: readonly string[],
  settings: Readonly<Record<string, string>> = {},
  introspectionUrl?: string,
): Promise<Dovecot> {
  const problems = installPeers([{ program: 'dovecot', debian: 'dovecot-imapd' }]);
  const program = findProgram('dovecot');
  if (program === null) throw new Error(problems[0] ?? 'There is no Dovecot.');
  const dir = mkdtempSync(join(tmpdir(), 'centrala-dovecot-'));
  chmodSync(dir, 0o755);
  const [port, tlsPort] = [await freePort(), await freePort()];
  const owner = mailOwner();
  for (const folder of ['run', 'state', 'mail']) mkdirSync(join(dir, folder), { mode: 0o755 });
  chownSync(join(dir, 'mail'), owner.uid, owner.gid);
  const pem = await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 });
  writeFileSync(join(dir, 'cert.pem'), pem.cert);
  writeFileSync(join(dir, 'key.pem'), pem.private, { mode: 0o600 });
  writeFileSync(join(dir, 'users'), accounts.map((account) => `${account}:{PLAIN}${DOVECOT_PASSWORD}\n`).join(''), { mode: 0o644 });
  if (introspectionUrl !== undefined) writeFileSync(join(dir, 'oauth2.conf'), oauth2(introspectionUrl), { mode: 0o644 });
  const tokens = introspectionUrl !== undefined;
  writeFileSync(join(dir, 'dovecot.conf'), configuration(dir, { port, tlsPort, owner, settings, tokens }));
  const log = (): string => readFileSync(join(dir, 'log'), { encoding: 'utf8', flag: 'a+' });
  const server = spawn(program, ['-F', '-c', join(dir, 'dovecot.conf')], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await until('Dovecot listens', () => {
    if (server.exitCode !== null) throw new Error(`Dovecot did not start: ${log()}`);
    return log().includes('starting up');
  });

  const maildir = (account: string, folder = 'INBOX'): string =>
    join(dir, 'mail', account, ...(folder === 'INBOX' ? [] : [`.${folder.replaceAll('/', '.')}`]));
  const ensure = (path: string): void => {
    for (const part of ['cur', 'new', 'tmp']) mkdirSync(join(path, part), { recursive: true });
    spawnSync('chown', ['-R', `${owner.uid}:${owner.gid}`, join(dir, 'mail')]);
  };
  const list = (path: string): readonly string[] =>
    ['cur', 'new'].flatMap((part) => namesIn(join(path, part)).map((name) => join(path, part, name)));
  const known = new Set<string>();
  let delivered = 0;
  return {
    port,
    tlsPort,
    certificate: pem.cert,
    pid: server.pid ?? 0,
    deliver: (account, message, folder) => {
      const path = maildir(account, folder);
      if (!known.has(path)) ensure(path);
      known.add(path);
      delivered += 1;
      const name = `${Math.floor(Date.now() / 1000)}.${String(delivered).padStart(7, '0')}.test`;
      const file = join(path, 'tmp', name);
      writeFileSync(file, message);
      if (process.getuid?.() === 0) chownSync(file, owner.uid, owner.gid);
      // Whoever listens takes it at once, and whole.
      renameSync(file, join(path, 'new', name));
    },
    files: (account, folder) => list(maildir(account, folder)).map((file) => file.slice(file.lastIndexOf('/') + 1)),
    read: (account, folder) => list(maildir(account, folder)).map((file) => readFileSync(file)),
    readable: (account, n, isReadable, folder) => {
      const inOrder = list(maildir(account, folder)).toSorted((a, b) => (basename(a) < basename(b) ? -1 : 1));
      chmodSync(inOrder[n] ?? '', isReadable ? 0o600 : 0);
    },
    renumber: (account, folder) => {
      const path = maildir(account, folder);
      for (const name of namesIn(path)) if (name.startsWith('dovecot')) rmSync(join(path, name), { recursive: true });
    },
    backUp: (account) => {
      const [path, copy] = [maildir(account), join(dir, `backup-${account}`)];
      spawnSync('cp', ['-a', path, copy]);
      return () => {
        rmSync(path, { recursive: true });
        spawnSync('cp', ['-a', copy, path]);
      };
    },
    log,
    stop: async () => {
      server.kill('SIGTERM');
      await ended;
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

/** Dovecot gives no mail to root. */
function mailOwner(): Owner {
  const { uid, gid, username } = userInfo();
  return uid === 0 ? { uid: 65_534, gid: 65_534, name: 'nobody' } : { uid, gid, name: username };
}

interface Places {
  readonly port: number;
  readonly tlsPort: number;
  readonly owner: Owner;
  readonly settings: Readonly<Record<string, string>>;
  readonly tokens: boolean;
}

const oauth2 = (url: string): string => `introspection_mode = post
introspection_url = ${url}
force_introspection = yes
username_attribute = username
active_attribute = active
active_value = true
`;

function configuration(dir: string, { port, tlsPort, owner: { uid, gid, name }, settings, tokens }: Places): string {
  const isRoot = process.getuid?.() === 0;
  const own = isRoot ? {} : { default_internal_user: name, default_internal_group: String(gid), default_login_user: name };
  const values: Readonly<Record<string, string>> = {
    protocols: 'imap',
    listen: '127.0.0.1',
    base_dir: `${dir}/run`,
    state_dir: `${dir}/state`,
    log_path: `${dir}/log`,
    ssl: 'yes',
    ssl_cert: `<${dir}/cert.pem`,
    ssl_key: `<${dir}/key.pem`,
    mail_location: `maildir:${dir}/mail/%u`,
    first_valid_uid: String(uid),
    last_valid_uid: String(uid),
    first_valid_gid: String(gid),
    auth_mechanisms: tokens ? 'plain login xoauth2' : 'plain login',
    auth_failure_delay: '0',
    // No penalty for a client that gave a wrong password a moment ago.
    login_trusted_networks: '127.0.0.0/8',
    mail_max_userip_connections: '50',
    mail_fsync: 'never',
    ...own,
    ...settings,
  };
  const chroots = isRoot ? '' : ['anvil', 'stats'].map((one) => `service ${one} {\n  chroot =\n}\n`).join('');
  return `${Object.entries(values)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('')}${chroots}service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service imap-login {
  ${isRoot ? '' : 'chroot ='}
  inet_listener imap {
    address = 127.0.0.1
    port = ${port}
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = ${tlsPort}
    ssl = yes
  }
}
namespace inbox {
  inbox = yes
  separator = /
${DOVECOT_FOLDERS.map((folder) => `  mailbox ${folder} {\n    auto = create\n    special_use = \\${folder}\n  }\n`).join('')}}
${tokens ? `passdb {\n  driver = oauth2\n  mechanisms = xoauth2\n  args = ${dir}/oauth2.conf\n}\n` : ''}passdb {
  driver = passwd-file
  args = ${dir}/users
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${dir}/mail/%u
}
`;
}
