import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import type { SMTPConnectionAuth, SMTPConnectionSendInfo, SMTPEnvelope } from 'nodemailer/lib/smtp-connection';
import type { XOAuth2ProvisionCallback } from 'nodemailer/lib/xoauth2';
import type { AccessToken } from '../../../core/plugins/contract.ts';
import { noTokens } from '../mailbox/token-error.ts';
import { OWN_WELCOME } from '../welcome.ts';
import type { Target } from './target.ts';

/** One session with a relay, ready to send. */
export interface RelayConnection {
  /** False once the relay closed it or an error ended it. */
  isOpen(): boolean;
  /** Takes addresses with letters beyond ASCII (RFC 6531). */
  readonly takesUtf8: boolean;
  send(envelope: SMTPEnvelope, message: Readable): Promise<SMTPConnectionSendInfo>;
  /** Says QUIT and closes. */
  quit(): void;
  /** Closes at once; a send under way rejects. */
  destroy(): void;
}

/** How long a server is waited for, in milliseconds. */
export interface Patience {
  readonly connectMs: number;
  /** Some let a stranger wait before they greet him: most spammers hang up. */
  readonly greetingMs: number;
  readonly silenceMs: number;
  /** RFC 5321 §4.5.3.2.6: for the answer to the final dot. Who hangs up sooner does not know whether the mail was taken. */
  readonly answerMs: number;
}

const PATIENCE: Patience = { connectMs: 15_000, greetingMs: 60_000, silenceMs: 120_000, answerMs: 600_000 };

/**
 * Connects, upgrades to TLS when offered and logs in when the relay has a user. Rejects with nodemailer's error, EOWN for a relay that
 * is a Centrala, or what `accessToken` rejects with.
 */
export async function connectRelay(
  relay: Target,
  signal: AbortSignal,
  accessToken: AccessToken = noTokens,
  { connectMs, greetingMs, silenceMs, answerMs }: Patience = PATIENCE,
): Promise<RelayConnection> {
  const { tls = 'checked', address, helo } = relay;
  const isLocal = isLoopback(relay.host);
  signal.throwIfAborted();
  const auth = await authOf(relay, signal, accessToken);
  const { default: SMTPConnection } = await import('nodemailer/lib/smtp-connection');
  const connection = new SMTPConnection({
    host: address ?? relay.host,
    port: relay.port,
    ...(address === undefined || isIP(relay.host) !== 0 ? {} : { servername: relay.host }),
    ...(helo === undefined ? {} : { name: helo }),
    secure: relay.implicitTls,
    ignoreTLS: tls === 'none',
    opportunisticTLS: tls === 'opportunistic',
    // A password never crosses a network in clear; on this machine there is no network to cross and no certificate to trust.
    requireTLS: relay.user !== null && !isLocal,
    tls: { rejectUnauthorized: tls === 'checked' && !isLocal },
    connectionTimeout: connectMs,
    greetingTimeout: greetingMs,
    socketTimeout: silenceMs,
    socketCloseTimeout: 1000,
  });
  let open = true;
  let failure: ((error: Error) => void) | null = null;
  connection.on('error', (error: Error) => {
    open = false;
    failure?.(error);
  });
  connection.on('end', () => {
    open = false;
    failure?.(Object.assign(new Error('Connection closed'), { code: 'ECONNECTION' }));
  });
  const step = <T>(run: (done: (error?: Error | null, result?: T) => void) => void): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      failure = reject;
      run((error, result) => (error ? reject(error) : resolve(result)));
    });
  const allowSilence = (ms: number): void => {
    if (connection._socket) connection._socket.setTimeout(ms);
  };
  const abort = (): void => {
    open = false;
    failure?.(Object.assign(new Error('Stopped waiting for an answer'), { code: 'ETIMEDOUT' }));
    connection.close();
  };
  let takesUtf8 = false;
  signal.throwIfAborted();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await step<void>((done) => connection.connect(done));
    // Where mail is addressed to, a Centrala takes it as any server does: that of another company, or this one.
    const isRelay = address === undefined;
    if (isRelay && (connection.lastServerResponse || '').includes(OWN_WELCOME))
      throw Object.assign(new Error('This is Centrala itself, which passes no mail on'), { code: 'EOWN' });
    takesUtf8 = /^250[ -]SMTPUTF8\b/im.test(String(connection.lastServerResponse || ''));
    if (auth !== null) await step<boolean>((done) => connection.login(auth, done));
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
  return {
    isOpen: () => open,
    takesUtf8,
    send: async (envelope, message) => {
      allowSilence(silenceMs);
      message.once('end', () => allowSilence(answerMs));
      const info = await step<SMTPConnectionSendInfo>((done) => connection.send(envelope, message, done));
      if (!info) throw new Error('The relay library answered neither a result nor an error');
      return info;
    },
    quit: () => {
      if (open) connection.quit();
      open = false;
    },
    destroy: abort,
  };
}

/** A token is fetched before the connection is made, and once more when the server does not take it. */
async function authOf(
  { user, password, grant }: Target,
  signal: AbortSignal,
  accessToken: AccessToken,
): Promise<SMTPConnectionAuth | null> {
  if (user === null) return null;
  if (grant === undefined) return { user, pass: password ?? '' };
  const token = await accessToken(grant, signal);
  const provisionCallback: XOAuth2ProvisionCallback = (_user, isRefused, done) => {
    if (!isRefused) return done(null, token);
    accessToken(grant, signal, token).then((fresh) => done(null, fresh), done);
  };
  const { default: XOAuth2 } = await import('nodemailer/lib/xoauth2');
  return { user, oauth2: new XOAuth2({ user, provisionCallback }) };
}

/** This very machine, where certificates prove nothing. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
