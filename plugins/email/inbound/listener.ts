import type { AddressInfo } from 'node:net';
import type { SMTPServerOptions } from 'smtp-server';
import type { CertificateSource } from '../../../core/lib/certificate.ts';
import { AppError } from '../../../core/lib/errors.ts';
import type { InboxId } from '../../../core/lib/ids.ts';
import { type CurrentCertificate, keepCurrent } from '../../../core/lib/keep-certificate.ts';
import { errorFacts } from '../../../core/lib/log.ts';
import { type Networks, parseNetworks } from '../../../core/lib/networks.ts';
import type { ChannelHost, Health } from '../../../core/plugins/contract.ts';
import { type ListenerSettings, readListenerSettings } from '../listener-settings.ts';
import { OWN_WELCOME } from '../welcome.ts';
import { certificateHealth } from './certificate-health.ts';
import { countClients } from './clients.ts';
import type { Sessions } from './connection.ts';
import { type ListenerOptions, listenerOptions, patienceOf } from './options.ts';
import { createReceiver } from './receiver.ts';
import type { OpenInbox } from './recipient.ts';
import { ListenerServer } from './server.ts';

export interface Listener {
  /** Where it really listens; the port is the one the system chose when 0 was asked for. */
  readonly port: number;
  /** The port that speaks TLS from the first byte, or null. */
  readonly securePort: number | null;
  health(): Health;
  /** Takes no more connections, lets messages under way end, leaves no handle. May be called twice. */
  stop(): Promise<void>;
}

const IDLE_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 10_000;
/** RFC 5321 §4.5.3.1.8 asks for at least 100. */
const MAX_RECIPIENTS = 1000;
const LOOK_EVERY_MS = 1000;

/** Starts the one SMTP listener of all inboxes. `refusing` are those that refuse what the sender's domain disowns; it may change later. Throws AppError `settings` or `unreachable` when it cannot listen. */
export async function startListener(
  host: ChannelHost,
  settings: ListenerSettings = readListenerSettings({}),
  opened: ReadonlyMap<InboxId, OpenInbox> = new Map(),
): Promise<Listener> {
  const options = listenerOptions(host);
  const [ownNetworks, proxies] = [networksOf(settings.ownNetworks), networksOf(settings.proxies)];
  const own = ownCertificate(options);
  const source = certificateFiles(options) ?? own;
  const servers: ListenerServer[] = [];
  const certificate =
    source &&
    (await keepCurrent(
      { ...host, name: 'smtp' },
      source,
      (next) => {
        for (const server of servers) server.use(next);
      },
      own,
    ));
  const sessions: Sessions = {
    open: new Set(),
    max: options.maxConnections,
    clients: countClients({ maxOpen: settings.maxConnectionsPerClient, maxNewPerMinute: settings.maxNewPerMinute }),
    ownNetworks,
    patience: patienceOf(options),
    turnedAway: host.turnedAway,
  };
  const looking = setInterval(() => {
    for (const session of sessions.open) session.expectProgress(performance.now());
  }, LOOK_EVERY_MS);
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopping ??= Promise.all(servers.map((server) => stopServer(server, sessions))).then(() => {
      clearInterval(looking);
      certificate?.stop();
    });
    return stopping;
  };
  const receiver = createReceiver(host, settings, { maxMessageBytes: options.maxMessageBytes, isOwn: ownNetworks.has, opened });
  const open = async (port: number, secure: boolean): Promise<number> => {
    const server = new ListenerServer(
      { ...serverOptions(options), ...receiver, secure },
      sessions,
      proxies,
      certificate?.current() ?? null,
    );
    server.on('error', (error) => host.log.warn('smtp_session_failed', errorFacts(error)));
    await listen(server, options.host, port);
    servers.push(server);
    const { port: opened } = server.server.address() as AddressInfo;
    host.log.info('smtp_listening', { host: options.host, port: opened, tls: secure ? 'always' : certificate ? 'offered' : 'never' });
    return opened;
  };
  try {
    const port = await open(options.port, false);
    const securePort = options.securePort === null || !certificate ? null : await open(options.securePort, true);
    return { port, securePort, health: () => (stopping ? NOT_LISTENING : healthOf(servers, certificate, host.now())), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A list that was read before, so it is right. */
const networksOf = (text: string): Networks => parseNetworks(text) ?? { has: () => false };

/** Those that an administrator named; null where we have one of our own. */
export const certificateFiles = ({ tlsCert, tlsKey }: ListenerOptions): CertificateSource | null =>
  tlsCert === undefined || tlsKey === undefined ? null : { kind: 'files', cert: tlsCert, key: tlsKey };

/** One that is made here. */
export const ownCertificate = ({ tlsFolder, hostname = 'localhost' }: ListenerOptions): CertificateSource | null =>
  tlsFolder === undefined ? null : { kind: 'own', folder: tlsFolder, hostname };

const NOT_LISTENING: Health = { state: 'failing', problem: 'not_listening', detail: null };

function healthOf(servers: readonly ListenerServer[], certificate: CurrentCertificate | null, now: Date): Health {
  if (!servers.every(({ server }) => server.listening)) return NOT_LISTENING;
  return (certificate && certificateHealth(certificate, now)) ?? { state: 'ok', problem: null, detail: null };
}

function serverOptions({ hostname, maxMessageBytes }: ListenerOptions): SMTPServerOptions {
  return {
    ...(hostname ? { name: hostname } : {}),
    heloResponse: `%s ${OWN_WELCOME}`,
    size: maxMessageBytes,
    maxRecipients: MAX_RECIPIENTS,
    socketTimeout: IDLE_TIMEOUT_MS,
    // A peer that vanished without a word is noticed.
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
    closeTimeout: STOP_TIMEOUT_MS,
    authOptional: true,
    disableReverseLookup: true,
    hideENHANCEDSTATUSCODES: false,
    lenientAddressParsing: true,
    logger: false,
    onConnect: (_session, callback) => callback(),
    onSecure: (_socket, _session, callback) => callback(),
  };
}

/** Start failures in the words of the contract: an address in use may be free again soon, a forbidden one will not. */
async function listen(server: ListenerServer, host: string, port: number): Promise<void> {
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
      help: 'Choose another CENTRALA_SMTP_PORT or CENTRALA_SMTPS_PORT, or stop the program that uses it.',
    });
  });
}

async function stopServer(server: ListenerServer, sessions: Sessions): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(resolve));
  const dismiss = (): void => {
    for (const connection of sessions.open) if (!connection.isBusy) connection.dismiss();
  };
  dismiss();
  const timer = setInterval(dismiss, 50);
  await closed.finally(() => clearInterval(timer));
}
