import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Koa from 'koa';
import { createRenewal } from '../acme/renew.ts';
import { text } from '../health/doctor/finding.ts';
import { type CheckState, failing, ok } from '../health/readiness.ts';
import { listen, listenSecurely, listenToLead } from '../http/listen.ts';
import type { CertificateSource } from '../lib/certificate.ts';
import { AppError, SettingError } from '../lib/errors.ts';
import { type CurrentCertificate, endsWithin, keepCurrent } from '../lib/keep-certificate.ts';
import { errorFacts } from '../lib/log.ts';
import type { Foundation } from './foundation.ts';
import type { Shutdown } from './shutdown.ts';

const STOP_MS = 4_000;
/** Whoever takes the clock later than this has it from another, and waits as that one would. */
const START_MS = 60_000;

interface Ports {
  /** Number of the plain one. */
  readonly plain: number;
  readonly certificate: () => readonly CheckState[];
}

/** Opens the port of web pages, or with CENTRALA_HTTPS_PORT two: one by TLS and one that leads there. */
export async function openPorts(
  {
    config,
    scope,
    keyring,
    peers,
    schedule,
    stream,
    log,
  }: Pick<Foundation, 'config' | 'scope' | 'keyring' | 'peers' | 'schedule' | 'stream' | 'log'>,
  app: Koa,
  shutdown: Shutdown,
): Promise<Ports> {
  const { host, port, securePort, tls, acme, trustProxy } = config.http;
  const closing = (name: string, server: Server): void => {
    shutdown.add(name, () => closeServer(server), STOP_MS + 500);
    // Browsers keep theirs open for as long as they can, and come back to the next process by themselves.
    shutdown.add('live streams', () => stream.close());
  };
  const portOf = (server: Server): number => (server.address() as AddressInfo).port;
  if (securePort === null) {
    const server = await listen(app, port, host);
    closing('web', server);
    return { plain: portOf(server), certificate: () => [] };
  }
  const { publicUrl } = config;
  const { hostname: name } = new URL(publicUrl);
  const source: CertificateSource = tls ? { kind: 'files', ...tls } : { kind: 'own', folder: config.dataDir, hostname: name };
  const everywhere = (expression: string, task: (signal: AbortSignal) => Promise<void>): void =>
    void schedule.everywhere(expression, 'certificate', task);
  const renewal = acme && createRenewal({ scope, keyring, log, ...acme, name, folder: config.dataDir });
  const certificate = await keepCurrent({ name: 'web', now: scope.now, log, everywhere }, source, (next) =>
    secure.setSecureContext(next),
  ).catch((error: unknown) => {
    throw error instanceof AppError && error.help ? new SettingError(error.message, error.help, error) : error;
  });
  const secure = await listenSecurely(app, certificate.current(), securePort, host);
  closing('web by TLS', secure);
  shutdown.add('certificate', async () => certificate.stop());
  const plain = await listenToLead(app, { publicUrl, trustProxy, challenge: async (token) => renewal?.answer(token) ?? null }, port, host);
  closing('web', plain);
  if (renewal) {
    // One of several orders; the others find the file, and what the provider asks them.
    const startedAt = scope.now().getTime();
    const renew = async (): Promise<void> =>
      void ((await renewal.look(scope.now().getTime() - startedAt < START_MS)) && (await certificate.look()));
    const begin = (): Promise<void> => renew().catch((error: unknown) => log.error('acme_failed', errorFacts(error)));
    schedule.every('9 * * * *', 'certificate of the provider', renew);
    peers.onDuty((duty, isOurs) => void (duty === 'clock' && isOurs && begin()));
    if (peers.holds('clock')) void begin();
  }
  log.info('https', { port: portOf(secure), expiresAt: certificate.current().expiresAt.toISOString() });
  return {
    plain: portOf(plain),
    certificate: () => [certificateCheck(certificate, renewal?.problem() ?? null, scope.now())],
  };
}

/** A certificate that a provider did not renew in time is to be told; one that has months left is not. */
function certificateCheck(held: Pick<CurrentCertificate, 'current' | 'problem'>, unobtained: string | null, now: Date): CheckState {
  const { expiresAt, isOwn } = held.current();
  const days = endsWithin(expiresAt, now);
  const date = expiresAt.toISOString().slice(0, 10);
  if (expiresAt <= now) return failing('certificate', `expired on ${date}`, text('health.part.expired', { date }));
  const reason = held.problem();
  if (reason !== null) return failing('certificate', `the new files cannot be used: ${reason}`, text('health.part.unusable', { reason }));
  if (unobtained !== null && (isOwn || days !== null))
    return failing('certificate', `not obtained: ${unobtained}`, text('health.part.unobtained', { reason: unobtained }));
  return ok('certificate', days === null ? null : `good until ${date}`);
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const limit = setTimeout(() => server.closeAllConnections(), STOP_MS);
  await closed;
  clearTimeout(limit);
}
