import type { ExecutionContext } from 'ava';
import { type InboxId, parseId } from '../../../core/lib/ids.ts';
import { type MemoryHost, memoryHost } from '../../../test/support/channel-host.ts';
import { until } from '../../../test/support/until.ts';
import { openImap } from '../mailbox/imap-client.ts';
import type { pauseAfter } from '../mailbox/patience.ts';
import { startAccounts } from '../mailbox/running.ts';
import { readEmailSettings } from '../settings.ts';

export const ACCOUNT_ID = parseId<'inboxes'>('1') as InboxId;
const never = new AbortController().signal;

const FOLDERS = [
  { path: 'INBOX', role: 'inbox' },
  { path: 'Sent', role: 'sent' },
];

interface Place {
  readonly port: number;
  readonly login: string;
  readonly password: string;
  readonly folders?: readonly { readonly path: string; readonly role: string }[];
}

interface Change {
  readonly login?: string;
  readonly imapHost?: string;
  readonly imapPort?: number;
  readonly imapSecurity?: string;
  readonly password?: string;
  readonly imapSince?: string;
  readonly imapConnections?: string;
}

/** An account at a server of this machine, and how it is read by a plugin that keeps its state in `host`. */
export function accountAt(
  t: ExecutionContext<unknown>,
  { port, login, password, folders = FOLDERS }: Place,
  {
    host = memoryHost(),
    patience,
    onWithheld = () => {},
  }: { readonly host?: MemoryHost; readonly patience?: typeof pauseAfter; readonly onWithheld?: () => void } = {},
) {
  const own = { imapHost: '127.0.0.1', imapPort: port, imapSecurity: 'none', login, password } as const;
  const start = async (change: Change = {}, maxMessageBytes = 5_000_000) => {
    const accounts = startAccounts({ ...host, maxMessageBytes }, onWithheld, patience);
    t.teardown(() => accounts.stop());
    const places = { route: 'mailbox', smtpHost: '127.0.0.1', imapFolders: JSON.stringify(folders) };
    await accounts.open({
      ...{ id: ACCOUNT_ID, name: 'Biuro', address: login },
      settings: readEmailSettings({ ...own, ...places, ...change }),
    });
    const health = () => accounts.inboxHealth(ACCOUNT_ID);
    return {
      accounts,
      health,
      current: (count: number) => until(`${count} mails are here`, () => host.kept.length >= count && health()?.state === 'current'),
    };
  };
  const subjects = () => host.kept.map(({ body }) => /^Subject: (.*)\r$/m.exec(body.toString())?.[1] ?? '');
  return { login, host, start, subjects, other: () => openImap(own, never) };
}

export const mail = (subject: string, body = 'Dzień dobry', head = ''): string =>
  `From: Anna <anna@klient.test>\r\nTo: biuro@firma.test\r\nSubject: ${subject}\r\n${head}\r\n${body}\r\n`;
