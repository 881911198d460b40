import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type Koa from 'koa';

/** Longer than proxies keep a quiet connection (nginx one minute, Caddy two): when we end it first, a request that is on its way is lost. */
const KEEP_ALIVE_MS = 150_000;

/** Answers once it listens. Raises what the system says, such as EADDRINUSE. */
export const listen = (app: Koa, port: number, host: string): Promise<Server> => opened(createServer(app.callback()), port, host);

/** The same by TLS; `setSecureContext` of what is answered takes a renewed certificate. */
export const listenSecurely = (
  app: Koa,
  { cert, key }: { readonly cert: string; readonly key: string },
  port: number,
  host: string,
): Promise<SecureServer> => opened(createSecureServer({ cert, key, minVersion: 'TLSv1.2' }, app.callback()), port, host);

const CHALLENGE_PATH = '/.well-known/acme-challenge/';

/** Machines that watch us ask without TLS, from beside us. */
const IN_CLEAR = ['/health', '/ready', '/metrics'];

/**
 * The plain port beside a secure one: no page and no cookie goes through it, it leads to `publicUrl` (308 keeps the method). A proxy that says
 * it was spoken to by TLS is answered, where proxies are trusted.
 */
export function listenToLead(app: Koa, { publicUrl, trustProxy, challenge }: LeadTo, port: number, host: string): Promise<Server> {
  const answer = app.callback();
  const lead = (request: IncomingMessage, response: ServerResponse, path: string): void => {
    const isOfProxy = trustProxy && request.headers['x-forwarded-proto'] === 'https';
    if (isOfProxy || IN_CLEAR.includes(path)) return void answer(request, response);
    const target = request.url?.startsWith('/') ? request.url : '/';
    response.writeHead(308, { Location: publicUrl + target, 'Content-Length': '0', Connection: 'close' }).end();
  };
  const prove = async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    const proof = await challenge(path.slice(CHALLENGE_PATH.length)).catch(() => null);
    if (proof === null) lead(request, response, path);
    else response.writeHead(200, { 'Content-Type': 'application/octet-stream' }).end(proof);
  };
  const lookAt: RequestListener = (request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?');
    if (path.startsWith(CHALLENGE_PATH)) void prove(request, response, path);
    else lead(request, response, path);
  };
  return opened(createServer(lookAt), port, host);
}

interface LeadTo {
  readonly publicUrl: string;
  readonly trustProxy: boolean;
  /** What a provider of certificates wants to read under a token; null = nothing (RFC 8555 §8.3). */
  readonly challenge: (token: string) => Promise<string | null>;
}

async function opened<S extends Server | SecureServer>(server: S, port: number, host: string): Promise<S> {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // Node would cut off what is not whole after five minutes, however steadily it comes. How long a body may take is said where it is read.
  server.requestTimeout = 0;
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}
