import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerError, type SMTPServerSession } from 'smtp-server';
import { z } from 'zod';
import { AppError } from '../../../core/lib/errors.ts';
import type { InboxId } from '../../../core/lib/ids.ts';
import { errorFacts } from '../../../core/lib/log.ts';
import type { ChannelHost, Health } from '../../../core/plugins/contract.ts';
import { OWN_WELCOME } from '../welcome.ts';
import { ListenerConnection, useOwnConnections } from './connection.ts';
import { findRecipient } from './recipient.ts';

export interface Listener {
  /** Where it really listens; the port is the one the system chose when 0 was asked for. */
  readonly port: number;
  health(): Health;
  /** Takes no more connections, lets messages under way end, leaves no handle. May be called twice. */
  stop(): Promise<void>;
}

const SERVER = z.object({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.coerce.number().int().min(0).max(65535).default(2525),
  hostname: z.string().min(1).optional(),
  maxMessageBytes: z.coerce.number().int().positive().default(36_700_160),
  maxConnections: z.coerce.number().int().positive().default(500),
  maxDataMs: z.coerce.number().int().positive().default(600_000),
});

const IDLE_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 10_000;
/** RFC 5321 §4.5.3.1.8 asks for at least 100. */
const MAX_RECIPIENTS = 1000;
/** Like Postfix' smtpd_hard_error_limit: a session that only guesses addresses is ended. */
const MAX_REFUSED_RECIPIENTS = 20;

/** What a session gathered for the message under way. */
interface Transaction {
  readonly inboxIds: Set<InboxId>;
  refused: number;
}

/** Starts the one SMTP listener of all inboxes. Throws AppError `settings` or `unreachable` when it cannot listen. */
export async function startListener(host: ChannelHost): Promise<Listener> {
  const options = SERVER.parse(host.server);
  const transactions = new WeakMap<SMTPServerSession, Transaction>();
  const transactionOf = (session: SMTPServerSession): Transaction => {
    const known = transactions.get(session) ?? { inboxIds: new Set(), refused: 0 };
    transactions.set(session, known);
    return known;
  };
  let stopping: Promise<void> | null = null;

  const server = new SMTPServer({
    ...(options.hostname ? { name: options.hostname } : {}),
    heloResponse: `%s ${OWN_WELCOME}`,
    size: options.maxMessageBytes,
    maxClients: options.maxConnections,
    maxRecipients: MAX_RECIPIENTS,
    socketTimeout: IDLE_TIMEOUT_MS,
    closeTimeout: STOP_TIMEOUT_MS,
    disabledCommands: ['AUTH', 'STARTTLS', 'XCLIENT', 'XFORWARD', 'WIZ', 'SHELL', 'KILL'],
    authOptional: true,
    disableReverseLookup: true,
    hideENHANCEDSTATUSCODES: false,
    lenientAddressParsing: true,
    logger: false,
    onConnect: (_session, callback) => callback(),
    onMailFrom: (_address, session, callback) => {
      transactionOf(session).inboxIds.clear();
      callback();
    },
    onRcptTo: (address, session, callback) => {
      const transaction = transactionOf(session);
      findRecipient(host.findInbox, address.address).then(
        (inboxId) => {
          if (inboxId !== null) transaction.inboxIds.add(inboxId);
          else transaction.refused += 1;
          if (inboxId !== null) callback();
          else if (transaction.refused > MAX_REFUSED_RECIPIENTS) callback(reply(421, 'Too many unknown recipients'));
          else callback(reply(550, `No such recipient here: ${address.address}`));
        },
        (error: unknown) => {
          host.log.error('recipient_lookup_failed', errorFacts(error));
          callback(reply(451, 'Recipients cannot be looked up now, try again later'));
        },
      );
    },
    onData: (stream, session, callback) => {
      keepMessage(host, stream, session, transactionOf(session), options).then(
        (text) => callback(null, text),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
  useOwnConnections(server);
  server.on('error', (error) => host.log.warn('smtp_session_failed', errorFacts(error)));
  await listen(server, options.host, options.port);
  const { port } = server.server.address() as AddressInfo;
  host.log.info('smtp_listening', { host: options.host, port });

  return {
    port,
    health: () =>
      stopping || !server.server.listening
        ? { state: 'failing', problem: 'not_listening', detail: null }
        : { state: 'ok', problem: null, detail: null },
    stop: () => {
      stopping ??= stop(server);
      return stopping;
    },
  };
}

/** Keeps one message and answers the text behind "250 2.0.0". Rejects with an SMTP reply. */
async function keepMessage(
  host: ChannelHost,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  transaction: Transaction,
  { maxMessageBytes, maxDataMs }: z.infer<typeof SERVER>,
): Promise<string> {
  const { mailFrom, rcptTo } = session.envelope;
  const envelope = {
    mailFrom: mailFrom ? mailFrom.address : '',
    rcptTo: JSON.stringify(rcptTo.map(({ address }) => address)),
    remoteIp: session.remoteAddress,
    helo: session.hostNameAppearsAs,
    protocol: session.transmissionType,
  };
  // A sender that trickles keeps every idle timeout away, so the whole message has its time too.
  const deadline = setTimeout(() => stream.destroy(reply(421, 'The message took too long')), maxDataMs);
  try {
    const inboxIds = [...transaction.inboxIds];
    const kept = await host.keep({ inboxIds, contentType: 'message/rfc822', envelope, body: stream, maxBytes: maxMessageBytes });
    if (kept.state === 'kept') return `kept as ${kept.id}`;
  } catch (error) {
    if (stream.errored && 'responseCode' in stream.errored) throw stream.errored;
    if (stream.destroyed && !stream.readableEnded) host.log.info('sender_broke_off', { remoteIp: session.remoteAddress });
    else host.log.error('keep_failed', { remoteIp: session.remoteAddress, ...errorFacts(error) });
    throw reply(451, 'The message could not be stored now, try again later');
  } finally {
    clearTimeout(deadline);
    // RFC 5321 §4.1.1.4: whatever the answer, the message is read to its end first.
    stream.resume();
  }
  throw reply(552, `The message is larger than ${maxMessageBytes} bytes`);
}

const reply = (responseCode: number, message: string): SMTPServerError => Object.assign(new Error(message), { responseCode });

/** Start failures in the words of the contract: an address in use may be free again soon, a forbidden one will not. */
async function listen(server: SMTPServer, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, host, () => {
      server.server.off('error', reject);
      resolve();
    });
  }).catch((error: NodeJS.ErrnoException) => {
    const code = error.code === 'EADDRINUSE' ? 'unreachable' : 'settings';
    throw new AppError(code, 503, `Cannot listen for SMTP on ${host}:${port} (${error.code})`, {
      cause: error,
      help: 'Choose another CENTRALA_SMTP_PORT or stop the program that uses it.',
    });
  });
}

async function stop(server: SMTPServer): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(resolve));
  const dismiss = (): void => {
    for (const connection of server.connections) if (connection instanceof ListenerConnection && !connection.isBusy) connection.dismiss();
  };
  dismiss();
  const timer = setInterval(dismiss, 50);
  await closed.finally(() => clearInterval(timer));
}
