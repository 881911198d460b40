import { connect, createServer, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

/** Passes connections on to a port of loopback and ends each, without a word, once its server has said so many bytes. */
export interface CuttingProxy {
  readonly port: number;
  /** Connections that were cut. */
  cuts(): number;
  /** From now on each connection lasts for so many bytes; Infinity = it is left alone, 0 = refused. */
  lastFor(bytes: number): void;
}

export async function cuttingProxy(t: ExecutionContext<unknown>, target: number, first: number): Promise<CuttingProxy> {
  let bytes = first;
  let cuts = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    const end = (): void => {
      client.destroy();
      upstream.destroy();
      open.delete(client);
    };
    open.add(client);
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    let left = bytes;
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      client.write(chunk.subarray(0, Math.max(0, left)));
      left -= chunk.length;
      if (left > 0) return;
      cuts += 1;
      end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cuts: () => cuts,
    lastFor: (count) => {
      bytes = count;
      for (const socket of open) socket.destroy();
    },
  };
}
