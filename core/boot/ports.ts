import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Koa from 'koa';
import { listen, listenSecurely, listenToLead } from '../http/listen.ts';
import type { CertificateSource } from '../lib/certificate.ts';
import { keepCurrent } from '../lib/keep-certificate.ts';
import type { Foundation } from './foundation.ts';
import type { Shutdown } from './shutdown.ts';

const STOP_MS = 5_000;

/** Opens the port of web pages, or with CENTRALA_HTTPS_PORT two: one by TLS and one that leads there. Answers the plain one's number. */
export async function openPorts({ config, scope, schedule, log }: Foundation, app: Koa, shutdown: Shutdown): Promise<number> {
  const { host, port, securePort, tls, trustProxy } = config.http;
  const closing = (name: string, server: Server): void => shutdown.add(name, () => closeServer(server), STOP_MS + 1_000);
  const portOf = (server: Server): number => (server.address() as AddressInfo).port;
  if (securePort === null) {
    const server = await listen(app, port, host);
    closing('web', server);
    return portOf(server);
  }
  const { publicUrl } = config;
  const source: CertificateSource = tls
    ? { kind: 'files', ...tls }
    : { kind: 'own', folder: config.dataDir, hostname: new URL(publicUrl).hostname };
  const every = (expression: string, task: (signal: AbortSignal) => Promise<void>): void =>
    void schedule.every(expression, 'certificate', task);
  const certificate = await keepCurrent({ name: 'web', now: scope.now, log, every }, source, (next) => secure.setSecureContext(next));
  const secure = await listenSecurely(app, certificate.current(), securePort, host);
  closing('web by TLS', secure);
  shutdown.add('certificate', async () => certificate.stop());
  const plain = await listenToLead(app, { publicUrl, trustProxy }, port, host);
  closing('web', plain);
  log.info('https', { port: portOf(secure), expiresAt: certificate.current().expiresAt.toISOString() });
  return portOf(plain);
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const limit = setTimeout(() => server.closeAllConnections(), STOP_MS);
  await closed;
  clearTimeout(limit);
}
