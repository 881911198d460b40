import { once } from 'node:events';
import type { Server } from 'node:http';
import type Koa from 'koa';

/** Longer than proxies keep a quiet connection (nginx one minute, Caddy two): when we end it first, a request that is on its way is lost. */
const KEEP_ALIVE_MS = 150_000;

/** Answers once it listens. Raises what the system says, such as EADDRINUSE. */
export async function listen(app: Koa, port: number, host: string): Promise<Server> {
  const server = app.listen(port, host);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await once(server, 'listening');
  return server;
}
