import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InboxId } from '../../core/lib/ids.ts';
import { silentLog } from '../../core/lib/log.ts';
import { openSpool } from '../../core/spool/spool.ts';
import { openImap } from '../../plugins/email/mailbox/imap-client.ts';
import { startAccounts } from '../../plugins/email/mailbox/running.ts';
import { readEmailSettings } from '../../plugins/email/settings.ts';
import { startPeer } from '../../plugins/email/test/smtp-peer.ts';
import { memoryHost } from '../support/channel-host.ts';
import { centralaCommand } from '../support/cli.ts';
import { DOVECOT_PASSWORD, type Dovecot, startDovecot } from '../support/dovecot.ts';
import { until } from '../support/until.ts';
import { memoryOf, round, table } from './measure.ts';
import { startProduct } from './product.ts';

export const ADDRESS = 'biuro@firma.test';
const INBOX = JSON.stringify([{ path: 'INBOX', role: 'inbox' }]);
const LONG_MS = 3_600_000;

export interface Result {
  readonly what: string;
  readonly mails: number;
  readonly seconds: number;
  readonly peakMb: number | null;
}

/** The first sync of so many mails: fetched and kept, beside mbsync (isync) on the same Dovecot in turn; then read into conversations by the whole product. */
export async function benchMailbox([count = '20000', rounds = '1']: readonly string[]): Promise<void> {
  const mails = Number(count);
  const dovecot = await startDovecot([ADDRESS]);
  const folder = mkdtempSync(join(tmpdir(), 'centrala-bench-mailbox-'));
  try {
    for (let n = 0; n < mails; n += 1) dovecot.deliver(ADDRESS, letter(n));
    await index(dovecot);
    const results: Result[] = [];
    for (let n = 0; n < Number(rounds); n += 1) {
      results.push(await byMbsync(dovecot, join(folder, `mbsync-${n}`)));
      console.error(results.at(-1));
      results.push(await byFetching(dovecot, join(folder, `spool-${n}`)));
      console.error(results.at(-1));
    }
    results.push(await byProduct(dovecot, join(folder, 'product'), mails));
    const rows = results.map((one) => [one.what, one.mails, round(one.seconds, 1), round(one.mails / one.seconds), one.peakMb ?? '']);
    console.log(table(['', 'mails', 's', 'mails/s', 'peak MB'], rows));
  } finally {
    await dovecot.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** 4 to 40 KB, one in ten the longer. */
export const letter = (n: number): string =>
  [
    `From: Anna <anna${n % 500}@klient.test>`,
    `To: ${ADDRESS}`,
    `Subject: Sprawa ${n}`,
    `Message-ID: <${n}@klient.test>`,
    'Date: Thu, 26 Nov 2026 10:00:00 +0100',
    '',
    `Dzień dobry, piszę w sprawie ${n}. `.repeat(n % 10 === 0 ? 1000 : 100),
    '',
  ].join('\r\n');

const account = ({ port }: Dovecot) =>
  ({ imapHost: '127.0.0.1', imapPort: port, imapSecurity: 'none', login: ADDRESS, password: DOVECOT_PASSWORD }) as const;

/** Dovecot writes its index at the first opening: that is nobody's time. */
export async function index(dovecot: Dovecot): Promise<void> {
  const client = await openImap(account(dovecot), AbortSignal.timeout(600_000));
  await client.mailboxOpen('INBOX', { readOnly: true });
  await client.logout();
}

async function byMbsync({ port }: Dovecot, dir: string): Promise<Result> {
  mkdirSync(join(dir, 'mail'), { recursive: true });
  const config = join(dir, 'mbsyncrc');
  const lines = [
    ...['IMAPAccount a', 'Host 127.0.0.1', `Port ${port}`, `User ${ADDRESS}`, `Pass "${DOVECOT_PASSWORD}"`],
    ...['SSLType None', 'AuthMechs LOGIN', '', 'IMAPStore far', 'Account a', ''],
    ...['MaildirStore near', `Path ${dir}/mail/`, `Inbox ${dir}/mail/INBOX`, 'SubFolders Verbatim', ''],
    ...['Channel c', 'Far :far:', 'Near :near:', 'Patterns INBOX', 'Sync Pull', 'Create Near', 'SyncState *', ''],
  ];
  writeFileSync(config, lines.join('\n'));
  const began = performance.now();
  const child = spawn('mbsync', ['-q', '-c', config, 'c'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const seconds = (performance.now() - began) / 1000;
  if (code !== 0) throw new Error(`mbsync ended with ${code}`);
  const mails = ['new', 'cur'].reduce((sum, part) => sum + readdirSync(join(dir, 'mail/INBOX', part)).length, 0);
  return { what: 'mbsync, into a Maildir', mails, seconds, peakMb: null };
}

async function byFetching(dovecot: Dovecot, dir: string): Promise<Result> {
  mkdirSync(dir, { recursive: true });
  const spool = await openSpool({ dir, log: silentLog, onFatal: (error) => console.error(error) });
  let mails = 0;
  const host = { ...memoryHost(), log: silentLog, maxMessageBytes: 36_000_000 };
  const keep: typeof spool.keep = async (raw) => {
    const kept = await spool.keep(raw);
    mails += 1;
    return kept;
  };
  const accounts = startAccounts({ ...host, keep }, () => {});
  const settings = readEmailSettings({ route: 'mailbox', ...account(dovecot), smtpHost: '127.0.0.1', imapFolders: INBOX });
  const id = 1 as InboxId;
  let peak = 0;
  const began = performance.now();
  await accounts.open({ id, name: 'Biuro', address: ADDRESS, settings });
  await until(
    'all is here',
    () => {
      peak = Math.max(peak, process.memoryUsage().rss);
      return accounts.inboxHealth(id)?.state === 'current';
    },
    LONG_MS,
  );
  const seconds = (performance.now() - began) / 1000;
  await accounts.stop();
  await spool.close();
  return { what: 'Centrala, fetched and kept', mails, seconds, peakMb: round(peak / 1e6) };
}

/** The whole product over an existing or new data folder: from the connecting of the account until all of it is in conversations. */
export async function byProduct(dovecot: Dovecot, dataDir: string, mails: number): Promise<Result> {
  mkdirSync(dataDir, { recursive: true });
  const peer = await startPeer();
  const product = await startProduct(dataDir);
  try {
    const smtp = { smtpHost: '127.0.0.1', smtpPort: String(peer.port), smtpSecurity: 'none', smtpAuth: 'false' };
    const settings = { route: 'mailbox', ...account(dovecot), ...smtp, imapFolders: INBOX };
    const pairs = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
    const cli = centralaCommand(dataDir, { url: null, file: '' });
    let peak = 0;
    const made = await cli(['inbox', 'create', '--name', 'Biuro', '--address', ADDRESS, ...pairs]);
    if (made.code !== 0) throw new Error(made.err);
    const before = product.settled();
    const began = performance.now();
    await until(
      'all are messages',
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 500));
        peak = Math.max(peak, memoryOf(product.pid).rssMb);
        return product.settled() - before >= mails;
      },
      LONG_MS,
    );
    return { what: 'Centrala, threaded and searchable', mails, seconds: (performance.now() - began) / 1000, peakMb: round(peak) };
  } finally {
    await product.stop();
    await peer.stop();
  }
}
