import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import type { ImapFlow } from 'imapflow';
import type { CheckMeans, CheckResult, Inbox, Place, Stage } from '../../../core/plugins/contract.ts';
import { connectRelay } from '../outbound/connection.ts';
import { heloName, relayTarget } from '../outbound/target.ts';
import type { EmailSettings } from '../settings.ts';
import { openImap } from './imap-client.ts';
import { placesOf } from './places.ts';
import { type Mailbox, relayOf } from './settings.ts';
import { isTokenError } from './token-error.ts';
import { imapTrouble, reachTrouble, smtpTrouble, type Trouble } from './trouble.ts';

/** Name and port of both servers, then IMAP as far as the folders, then SMTP as far as the log-in. */
export const STAGES = ['dns', 'tcp', 'tls', 'login', 'folders', 'smtp'] as const;
type StageKey = (typeof STAGES)[number];

const REACH_TIMEOUT_MS = 15_000;

/** Connects for real, to both servers of an account, and says each stage as it begins and ends. Null: one failed, and the rest was not tried. */
export async function tryAccount(
  { settings: { mailbox } }: Inbox<EmailSettings>,
  signal: AbortSignal,
  means: CheckMeans,
  tell: (stage: Stage) => void,
): Promise<{ readonly places: readonly Place[] } | null> {
  if (mailbox === null) return null;
  const run = <T>(key: StageKey, work: () => Promise<T>, trouble: (error: unknown) => Trouble) => stage(tell, key, work, trouble);
  const servers = serversOf(mailbox);
  for (const { host, fields } of servers)
    if (
      !(await run(
        'dns',
        () => lookup(host),
        (error) => reachTrouble(error, fields),
      ))
    )
      return null;
  for (const { host, port, fields } of servers)
    if (
      !(await run(
        'tcp',
        () => reach(host, port, signal),
        (error) => reachTrouble(error, fields),
      ))
    )
      return null;
  const client = await logIn(mailbox, signal, means, tell);
  if (client === null) return null;
  const places = await run(
    'folders',
    () => placesOf(client),
    (error) => imapTrouble(error, mailbox),
  );
  client.close();
  if (places === null) return null;
  const sent = await run(
    'smtp',
    () => tryOutgoing(mailbox, signal, means),
    (error) => smtpTrouble(error, mailbox),
  );
  return sent && { places };
}

/** The same for a form: the first thing that does not work, at its field. */
export async function checkAccount(inbox: Inbox<EmailSettings>, signal: AbortSignal, means: CheckMeans): Promise<CheckResult> {
  let result: CheckResult = { ok: true };
  await tryAccount(inbox, signal, means, (told) => {
    if (told.state === 'failed') result = { ok: false, field: told.field, problem: told.problem, detail: told.detail };
  });
  return result;
}

async function stage<T>(
  tell: (stage: Stage) => void,
  key: StageKey,
  work: () => Promise<T>,
  trouble: (error: unknown) => Trouble,
): Promise<T | null> {
  tell({ key, state: 'running' });
  try {
    const result = await work();
    tell({ key, state: 'ok' });
    return result;
  } catch (error) {
    tell({ key, state: 'failed', ...trouble(error) });
    return null;
  }
}

/** One connection makes TLS and logs in: which of the two failed is known by its error. */
async function logIn(mailbox: Mailbox, signal: AbortSignal, means: CheckMeans, tell: (stage: Stage) => void): Promise<ImapFlow | null> {
  const withTls = mailbox.imapSecurity !== 'none';
  tell({ key: 'tls', state: withTls ? 'running' : 'skipped' });
  try {
    const client = await openImap(mailbox, signal, means.accessToken);
    if (withTls) tell({ key: 'tls', state: 'ok' });
    tell({ key: 'login', state: 'ok' });
    return client;
  } catch (error) {
    const { isLogin, ...trouble } = imapTrouble(error, mailbox);
    // Without a token no connection is made.
    if (isLogin && withTls) tell({ key: 'tls', state: isTokenError(error) ? 'skipped' : 'ok' });
    tell({ key: isLogin || !withTls ? 'login' : 'tls', state: 'failed', ...trouble });
    return null;
  }
}

const serversOf = ({ imapHost, imapPort, smtpHost, smtpPort }: Mailbox) => [
  { host: imapHost, port: imapPort, fields: { host: 'imapHost', port: 'imapPort' } },
  { host: smtpHost, port: smtpPort, fields: { host: 'smtpHost', port: 'smtpPort' } },
];

function reach(host: string, port: number, signal: AbortSignal): Promise<true> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal: AbortSignal.any([signal, AbortSignal.timeout(REACH_TIMEOUT_MS)]) });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      socket.destroy();
      reject(error);
    });
  });
}

async function tryOutgoing(mailbox: Mailbox, signal: AbortSignal, { server, accessToken }: CheckMeans): Promise<true> {
  const connection = await connectRelay(relayTarget(relayOf(mailbox), true, heloName(server['hostname'])), signal, accessToken);
  connection.quit();
  return true;
}
