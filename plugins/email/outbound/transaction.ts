import type { SMTPEnvelope } from 'nodemailer/lib/smtp-connection';
import type { Inbox, OutboundMessage, OutboundRecipient, SendResult, SigningKey } from '../../../core/plugins/contract.ts';
import { withReturnToken } from '../return-token.ts';
import type { EmailSettings } from '../settings.ts';
import { composeMail, isAutoReply } from './compose.ts';
import type { RelayConnection } from './connection.ts';
import { isAscii } from './one-line.ts';
import { afterTheEnd, beforeTheEnd, failureOf, isLogInWanted, type RelayFailure, resultsOf, saidOfAll, sameForAll } from './outcome.ts';
import type { Pool } from './pools.ts';

/** One message for some of its recipients, as it goes out in one SMTP transaction. */
export interface Letter {
  readonly message: OutboundMessage;
  readonly inbox: Inbox<EmailSettings>;
  readonly keys: readonly SigningKey[];
  readonly recipients: readonly OutboundRecipient[];
}

/** RFC 6531 §3.4, RFC 6531 §4.1. */
const NEEDS_UTF8 = {
  state: 'refused',
  reason: 'The address has letters beyond ASCII, which this server cannot take (no SMTPUTF8)',
  status: '5.6.7',
  note: 'needs_smtputf8',
} as const;

/** What became of a letter at one server. */
export interface Tried {
  readonly results: readonly SendResult[];
  /** Set when the server could not be used: no connection, TLS or log-in, or it was about to stop. Nothing of the letter was taken. */
  readonly down: RelayFailure | null;
}

/** Some servers end the session over one recipient, or after so many wrong ones: so often the others have one of their own. */
const MAX_SESSIONS = 3;

/**
 * Hands a letter to the server of a pool; those whom it did not speak of when it ended the session over others once more, by themselves: or
 * one recipient would keep all the others from it for ever. Never rejects.
 */
export async function tryServer(pool: Pool, letter: Letter, signal: AbortSignal): Promise<Tried> {
  const settled: SendResult[] = [];
  let { recipients } = letter;
  for (let sessions = 1; ; sessions += 1) {
    const { results, down, unheard } = await trySenders(pool, { ...letter, recipients }, signal);
    const isLast = unheard.length === 0 || unheard.length === recipients.length || sessions === MAX_SESSIONS || signal.aborted;
    if (isLast) return { results: [...settled, ...results], down };
    settled.push(...results.filter(({ deliveryId }) => !unheard.some((one) => one.deliveryId === deliveryId)));
    recipients = unheard;
  }
}

/** The letter for those of whom a server that is down said no last word. Another one may take what needs SMTPUTF8, or lets us in. */
export function leftOf(letter: Letter, results: readonly SendResult[]): Letter {
  const isLastWord = ({ outcome }: SendResult): boolean =>
    outcome.state === 'refused' && outcome.aboutRecipient !== false && outcome.note !== NEEDS_UTF8.note;
  const settled = new Set(results.filter(isLastWord).map(({ deliveryId }) => deliveryId));
  return { ...letter, recipients: letter.recipients.filter(({ deliveryId }) => !settled.has(deliveryId)) };
}

/**
 * Hands a letter to the server of a pool. Never rejects for what the server or the network does. A connection lost before the last byte
 * is `deferred`, after it `unknown`; a reused one that turns out to be dead is replaced once. A server that refuses the sender is given the
 * next of `senders`.
 */
async function trySenders(pool: Pool, letter: Letter, signal: AbortSignal, senders = sendersOf(letter)): Promise<Transacted> {
  const [from = '', ...others] = senders;
  let connection: RelayConnection;
  let reused: boolean;
  try {
    ({ connection, reused } = await pool.acquire(signal));
  } catch (error) {
    return unusable(letter, error);
  }
  let tried = await transact(pool, connection, letter, from, signal);
  if (reused && tried.wasStale) {
    try {
      tried = await transact(pool, await pool.fresh(signal), letter, from, signal);
    } catch (error) {
      return unusable(letter, error);
    }
  }
  return tried.isSenderRefused && others.length > 0 && !signal.aborted ? trySenders(pool, letter, signal, others) : tried;
}

function unusable({ recipients }: Letter, error: unknown): Transacted {
  const down = failureOf(error);
  const results = sameForAll(recipients, saidOfAll(beforeTheEnd(down), down, recipients), null);
  return { ...GONE_THROUGH, results, down };
}

interface Transacted extends Tried {
  /** The session ended before the message was whole: it broke, or had as many mails as the server takes in one (421). */
  readonly wasStale: boolean;
  /** For good, whatever the recipient; nothing of the letter was taken. */
  readonly isSenderRefused: boolean;
  /** The session ended before these were spoken of. */
  readonly unheard: readonly OutboundRecipient[];
}

const GONE_THROUGH = { down: null, wasStale: false, isSenderRefused: false, unheard: [] } as const;

async function transact(pool: Pool, connection: RelayConnection, letter: Letter, from: string, signal: AbortSignal): Promise<Transacted> {
  const { message, inbox, keys } = letter;
  const isPlain = (address: string): boolean => connection.takesUtf8 || (isAscii(address) && isAscii(inbox.address));
  const recipients = letter.recipients.filter(({ address }) => isPlain(address));
  const others = sameForAll(
    letter.recipients.filter(({ address }) => !isPlain(address)),
    NEEDS_UTF8,
    null,
  );
  if (recipients.length === 0) {
    pool.release(connection);
    return { ...GONE_THROUGH, results: others };
  }
  const mail = composeMail(message, inbox, { keys, utf8: recipients.some(({ address }) => !isAscii(address)) });
  const stop = (): void => connection.destroy();
  signal.addEventListener('abort', stop, { once: true });
  // The library notes there whom the server refused, and says it of no error that comes after.
  const envelope: SMTPEnvelope = { from, to: recipients.map(({ address }) => address), size: leastBytes(message) };
  try {
    const info = await connection.send(envelope, mail.stream);
    pool.release(connection);
    return { ...GONE_THROUGH, results: [...resultsOf(recipients, info), ...others] };
  } catch (error) {
    const refusal = senderRefusal(envelope);
    const failure = failureOf(refusal ?? error);
    const wasBefore = !mail.isWhole();
    // After a reply the session can be used again, but starting anew is always right.
    if (failureOf(error).reply === null) connection.destroy();
    else connection.quit();
    const outcome = saidOfAll(wasBefore ? beforeTheEnd(failure) : afterTheEnd(failure), failure, recipients);
    const results = [...sameForAll(recipients, outcome, refusal ? null : envelope), ...others];
    const isEnded = wasBefore && (failure.reply === null || failure.reply === 421);
    const down = wasBefore && isServerGone(failure) ? failure : null;
    const isUnheard = (_: OutboundRecipient, index: number): boolean => isEnded && results[index]?.outcome === outcome;
    return { results, down, wasStale: isEnded, isSenderRefused: isAboutSender(failure), unheard: recipients.filter(isUnheard) };
  } finally {
    signal.removeEventListener('abort', stop);
    mail.stream.destroy();
  }
}

/**
 * What the server said to MAIL, noted by the library. Where it takes commands without a pause (PIPELINING, RFC 2920) the recipients were sent
 * along: their "503 no sender", or a connection that it closes then, is no word about them.
 */
const senderRefusal = (envelope: SMTPEnvelope): unknown => ('mailError' in envelope ? envelope.mailError : null);

/** How large a mail is at least (RFC 1870): a server that takes none of that size says so before it is sent. Only text may go without base64. */
const leastBytes = ({ attachments }: OutboundMessage): number =>
  attachments.reduce((sum, { contentType, bytes }) => sum + (/^text\//i.test(contentType) ? bytes : Math.ceil(bytes / 3) * 4), 0);

/** Many servers say what they think of the sender only to RCPT. */
const isAboutSender = ({ reply, command, text }: RelayFailure): boolean =>
  reply !== null &&
  reply >= 500 &&
  reply !== 530 &&
  reply !== 552 &&
  (command === 'MAIL FROM' || (command === 'RCPT TO' && /<>|\bsender\b/i.test(text)));

/** The server stops (RFC 5321 §3.8), lets nobody in like that, or the connection broke; what goes wrong on our side is not its fault. */
const isServerGone = (failure: RelayFailure): boolean =>
  failure.reply === null
    ? /^(?:ECONNECTION|ESOCKET|ETIMEDOUT|ETLS|EPROTOCOL|ECONNRESET|EPIPE)$/.test(failure.code)
    : failure.reply === 421 || isLogInWanted(failure);

/**
 * Where undeliverable mail comes back to, the best first: an automatic answer has the null sender (RFC 3834 §3.3), because nobody ever answers
 * to that by itself, and its bounce is no news; any other mail an address that names the delivery when there is one recipient, else the
 * message. Some servers take neither, only the very address that they know their customer by.
 */
function sendersOf({ message, inbox, recipients }: Letter): readonly string[] {
  const [only, ...others] = recipients;
  const token = others.length === 0 ? only?.returnToken : message.returnToken;
  const named = inbox.settings.returnTokens && token ? withReturnToken(inbox.address, token) : null;
  return [...(isAutoReply(message) ? [''] : []), ...(named === null ? [] : [named]), inbox.address];
}
