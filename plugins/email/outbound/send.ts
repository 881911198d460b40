import type { Inbox, OutboundMessage, SendResult } from '../../../core/plugins/contract.ts';
import type { EmailSettings } from '../settings.ts';
import { composeMail } from './compose.ts';
import type { RelayConnection } from './connection.ts';
import { afterTheEnd, beforeTheEnd, failureOf, resultsOf, sameForAll } from './outcome.ts';
import type { Pool, Pools } from './pools.ts';

/**
 * Hands one message to the inbox's relay for the recipients that are to be tried now, in one SMTP transaction. Never rejects for what
 * the relay or the network does: that is in the results. A connection lost before the last byte is `deferred`, after it `unknown`.
 */
export function sendMail(
  pools: Pools,
  message: OutboundMessage,
  inbox: Inbox<EmailSettings>,
  signal: AbortSignal,
): Promise<readonly SendResult[]> {
  const { relay } = inbox.settings;
  const pool = relay && pools.of(inbox.id, relay);
  if (pool) return pools.track(pool.limited(() => send(pool, message, inbox, signal)));
  const outcome = { state: 'deferred', reason: 'This inbox has no relay to send through', status: null } as const;
  return Promise.resolve(sameForAll(message.recipients, outcome, null));
}

async function send(
  pool: Pool,
  message: OutboundMessage,
  inbox: Inbox<EmailSettings>,
  signal: AbortSignal,
): Promise<readonly SendResult[]> {
  let connection: RelayConnection;
  let reused: boolean;
  try {
    ({ connection, reused } = await pool.acquire(signal));
  } catch (error) {
    return sameForAll(message.recipients, beforeTheEnd(failureOf(error)), error);
  }
  const first = await attempt(pool, connection, message, inbox, signal);
  if (!reused || !first.wasStale) return first.results;
  try {
    return (await attempt(pool, await pool.fresh(signal), message, inbox, signal)).results;
  } catch (error) {
    return sameForAll(message.recipients, beforeTheEnd(failureOf(error)), error);
  }
}

/** `wasStale`: the connection broke before anything of the message was sent. */
async function attempt(
  pool: Pool,
  connection: RelayConnection,
  message: OutboundMessage,
  inbox: Inbox<EmailSettings>,
  signal: AbortSignal,
): Promise<{ results: readonly SendResult[]; wasStale: boolean }> {
  const mail = composeMail(message, inbox);
  const stop = (): void => connection.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const envelope = { from: inbox.address, to: message.recipients.map(({ address }) => address) };
    const info = await connection.send(envelope, mail.stream);
    pool.release(connection);
    return { results: resultsOf(message.recipients, info), wasStale: false };
  } catch (error) {
    const failure = failureOf(error);
    const outcome = mail.isWhole() ? afterTheEnd(failure) : beforeTheEnd(failure);
    // After a reply the session can be used again, but starting anew is always right.
    if (failure.reply === null) connection.destroy();
    else connection.quit();
    return { results: sameForAll(message.recipients, outcome, error), wasStale: failure.reply === null && !mail.isWhole() };
  } finally {
    signal.removeEventListener('abort', stop);
    mail.stream.destroy();
  }
}
