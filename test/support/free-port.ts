import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const given = new Set<number>();

/**
 * A TCP port of 127.0.0.1 that nobody listened on a moment ago; the same process never gets one twice. It lies below those that Linux hands
 * out by itself (`ip_local_port_range`, from 32768), so that another test's port 0 cannot take it while a product that owns it starts again,
 * and above 10080, the last one that browsers and `fetch` refuse to speak to (the Fetch standard's bad ports).
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_081, 32_768);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
