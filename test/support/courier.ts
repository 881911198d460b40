import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { COURIER, unpackPackages } from '../../core/bin/debian-packages.ts';

export const COURIER_PASSWORD = 'haslo-do-skrzynki';

export interface Courier {
  readonly port: number;
  /** Puts a message into the inbox of an account as if it had arrived now. */
  readonly deliver: (account: string, message: string) => void;
  /** Names of the files of a folder (`INBOX` or `INBOX.x`), with their flags at the end. */
  readonly files: (account: string, folder?: string) => readonly string[];
  /** Takes the numbers away from the inbox: it gets a new UIDVALIDITY with the next connection. */
  readonly renumber: (account: string) => void;
  readonly stop: () => Promise<void>;
}

const CAPABILITIES = 'IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE';

/**
 * Debian's Courier-IMAP: its folders are below the inbox (`INBOX.Sent`), it knows neither CONDSTORE nor SPECIAL-USE. The door is ours,
 * since its own asks the accounts of the machine: after the log-in every word is Courier's.
 */
export async function startCourier(accounts: readonly string[]): Promise<Courier> {
  const folder = unpackPackages(COURIER);
  if (folder === null) throw new Error(`The Debian packages ${COURIER.join(', ')} could not be downloaded with apt-get.`);
  const dir = mkdtempSync(join(tmpdir(), 'centrala-courier-'));
  const maildir = (account: string): string => join(dir, account, 'Maildir');
  for (const account of accounts) for (const part of ['cur', 'new', 'tmp']) mkdirSync(join(maildir(account), part), { recursive: true });
  const libraries = ['usr/lib/x86_64-linux-gnu', 'usr/lib/courier-authlib', 'usr/lib'].map((one) => join(folder, one)).join(':');
  // Tells Courier of changed files; without it each command waits two seconds for it to be there.
  const watcher = spawn(join(folder, 'usr/libexec/gam_server'), ['--notimeout', basename(dir)], {
    stdio: 'ignore',
    env: { LD_LIBRARY_PATH: libraries },
  });
  const running = new Set<ChildProcess>([watcher]);
  watcher.once('exit', () => running.delete(watcher));
  const serve = (socket: Socket, account: string, tag: string, rest: Buffer): void => {
    const imapd = spawn(join(folder, 'usr/bin/imapd'), ['./Maildir'], {
      cwd: join(dir, account),
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {
        ...{ LD_LIBRARY_PATH: libraries, GAM_CLIENT_ID: basename(dir) },
        ...{ PROTOCOL: 'IMAP', TCPREMOTEIP: '127.0.0.1', AUTHENTICATED: account, HOME: join(dir, account) },
        // As installed, but that it looks for news each second instead of each minute.
        ...{
          IMAP_CAPABILITY: CAPABILITIES,
          IMAP_KEYWORDS: '1',
          IMAP_ACL: '1',

          IMAP_UMASK: '022',
          IMAP_IDLE_TIMEOUT: '1',
        },
        ...{ IMAP_MAILBOX_SANITY_CHECK: '1', IMAP_TRASHFOLDERNAME: 'Trash', IMAP_EMPTYTRASH: 'Trash:7' },
      },
    });
    running.add(imapd);
    imapd.once('exit', () => running.delete(imapd));
    imapd.stdin.on('error', () => {});
    imapd.stdin.write(rest);
    socket.pipe(imapd.stdin);
    // It greets somebody who is logged in already; he hears that his log-in was taken.
    imapd.stdout.once('data', (greeting: Buffer) => {
      socket.write(`${tag} OK LOGIN Ok.\r\n`);
      socket.write(greeting.subarray(greeting.indexOf('\r\n') + 2));
      imapd.stdout.pipe(socket);
    });
    // Ends by itself: one that is killed leaves its lock behind.
    socket.once('close', () => {
      imapd.stdin.end();
      imapd.stdout.resume();
    });
  };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write(`* OK [CAPABILITY ${CAPABILITIES}] Courier-IMAP ready. Copyright 1998-2018 Double Precision, Inc.\r\n`);
    let said = Buffer.alloc(0);
    const hear = (chunk: Buffer): void => {
      said = Buffer.concat([said, chunk]);
      for (let end = said.indexOf('\r\n'); end !== -1; end = said.indexOf('\r\n')) {
        const [, tag = '*', command = '', rest = ''] = /^(\S+) (\S+) ?(.*)$/.exec(said.subarray(0, end).toString()) ?? [];
        said = said.subarray(end + 2);
        const account = command.toUpperCase() === 'LOGIN' ? who(rest) : null;
        if (account !== null && accounts.includes(account)) {
          socket.off('data', hear);
          serve(socket, account, tag, said);
          return;
        }
        const isKnown = /^(?:NOOP|CAPABILITY|LOGOUT)$/i.test(command);
        if (/^CAPABILITY$/i.test(command)) socket.write(`* CAPABILITY ${CAPABILITIES}\r\n`);
        socket.write(`${tag} ${isKnown ? 'OK' : 'NO'} ${isKnown ? 'done' : 'Login failed.'}\r\n`);
      }
    };
    socket.on('data', hear);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  let delivered = 0;
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    deliver: (account, message) => {
      delivered += 1;
      writeFileSync(join(maildir(account), 'new', `${Math.floor(Date.now() / 1000)}.${String(delivered).padStart(7, '0')}.test`), message);
    },
    files: (account, name = 'INBOX') =>
      ['cur', 'new'].flatMap((part) => readdirSync(join(maildir(account), name === 'INBOX' ? '' : name.slice('INBOX'.length), part))),
    renumber: (account) => rmSync(join(maildir(account), 'courierimapuiddb')),
    stop: async () => {
      server.close();
      await Promise.all([...running].map((one) => new Promise((resolve) => one.once('exit', resolve) && one.kill())));
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Of `LOGIN user password`, when the password is right. */
function who(rest: string): string | null {
  const [user = '', password] = [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  return password === COURIER_PASSWORD ? user : null;
}
