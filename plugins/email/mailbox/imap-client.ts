import type { ImapFlow } from 'imapflow';
import { AppError } from '../../../core/lib/errors.ts';
import type { AccessToken } from '../../../core/plugins/contract.ts';
import { isLoopback } from '../outbound/connection.ts';
import { isLogInRefused } from './imap-failure.ts';
import type { Mailbox } from './settings.ts';
import { noTokens } from './token-error.ts';

/** What is needed to log in. */
export type Account = Pick<Mailbox, 'imapHost' | 'imapPort' | 'imapSecurity' | 'login' | 'password'> & Partial<Pick<Mailbox, 'grant'>>;

const CONNECT_TIMEOUT_MS = 15_000;
/** A server that says nothing for so long while it is asked for something is gone. */
const SILENCE_TIMEOUT_MS = 120_000;
/** Firewalls forget a quiet connection; the standard says 29 minutes (RFC 2177), many servers less. */
const IDLE_FOR_MS = 4 * 60_000;
/** Whole messages come as one literal; of the largest that are taken a quarter more, since servers announce sizes that are not exact. */
const MAX_LITERAL_BYTES = 64 * 1024 * 1024;

/**
 * Connects to the IMAP server of an account and logs in. A certificate is checked, except on this very machine, where it proves nothing; a
 * password never crosses a network in clear. Extensions are left off: flags are not followed, so CONDSTORE and QRESYNC save nothing.
 * Rejects with what imapflow or the socket says (imap-failure.ts makes it readable). The caller closes it; nothing about it is logged. Where
 * somebody logged in at the provider a token takes the place of the password; one that is refused before its end is exchanged once.
 */
export async function openImap(
  account: Account,
  signal: AbortSignal,
  accessToken: AccessToken = noTokens,
  maxMessageBytes = 0,
): Promise<ImapFlow> {
  const literal = Math.max(MAX_LITERAL_BYTES, Math.ceil(maxMessageBytes * 1.25));
  const { grant = '', login: user, password } = account;
  if (grant === '') return connect(account, { user, pass: password }, signal, literal);
  const token = await accessToken(grant, signal);
  try {
    return await connect(account, { user, accessToken: token }, signal, literal);
  } catch (error) {
    if (!isLogInRefused(error)) throw error;
    return connect(account, { user, accessToken: await accessToken(grant, signal, token) }, signal, literal);
  }
}

type Auth = { readonly user: string } & ({ readonly pass: string } | { readonly accessToken: string });

async function connect(account: Account, auth: Auth, signal: AbortSignal, maxLiteralSize: number): Promise<ImapFlow> {
  const { imapHost: host, imapPort: port, imapSecurity } = account;
  const isLocal = isLoopback(host);
  if (imapSecurity === 'none' && !isLocal)
    throw new AppError('imap_in_clear', 422, 'The password would cross the network in clear', { help: 'Choose TLS or STARTTLS.' });
  signal.throwIfAborted();
  // Where no mailbox is connected it is never needed.
  const { ImapFlow } = await import('imapflow');
  const client = new ImapFlow({
    host,
    port,
    secure: imapSecurity === 'tls',
    ...(imapSecurity === 'tls' ? {} : { doSTARTTLS: imapSecurity === 'starttls' }),
    tls: { rejectUnauthorized: !isLocal, minVersion: 'TLSv1.2' },
    auth: { ...auth },
    clientInfo: { name: 'Centrala' },
    logger: false,
    disableAutoIdle: true,
    disableAutoEnable: true,
    disableIMAP4rev2: true,
    disableBinary: true,
    maxIdleTime: IDLE_FOR_MS,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    maxLiteralSize,
    maxResponseSize: maxLiteralSize + MAX_LITERAL_BYTES,
  });
  // Whoever waits for an answer gets the error too; without a listener it would end the process.
  client.on('error', () => {});
  const abort = (): void => client.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await client.connect();
    signal.throwIfAborted();
    return client;
  } catch (error) {
    client.close();
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
