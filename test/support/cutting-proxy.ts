import { connect, createServer, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

/** What is wrong with the way, or with the server at its end. */
export interface Fault {
  /** Each piece of an answer comes so much later. */
  readonly delayMs?: number;
  /** The connection ends a hundred bytes after the server has said this. */
  readonly cutAfter?: RegExp;
  /** Said to whoever connects, who is then sent away. */
  readonly says?: string;
  /** Connections are taken, and nothing is ever said. */
  readonly isSilent?: true;
  /** What the server answers to a command in place of doing it; null = it does it. Of commands in clear. */
  readonly answers?: (command: string) => string | null;
  /** What becomes of what the server says, one char = one byte. */
  readonly alters?: (said: string) => string;
}

/** Passes connections on to a port of loopback and ends each, without a word, once its server has said so many bytes. */
export interface CuttingProxy {
  readonly port: number;
  /** Connections that were cut. */
  cuts(): number;
  /** Connections that were made. */
  connections(): number;
  /** From now on each connection lasts for so many bytes; Infinity = it is left alone, 0 = refused. */
  lastFor(bytes: number): void;
  /** From now on this is wrong; those who are connected are cut off. */
  fail(how: Fault): void;
}

export async function cuttingProxy(t: ExecutionContext<unknown>, target: number, first: number): Promise<CuttingProxy> {
  let bytes = first;
  let fault: Fault = {};
  let cuts = 0;
  let connections = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    connections += 1;
    open.add(client);
    const { says, isSilent } = fault;
    if (says !== undefined) return client.on('error', () => {}).end(says);
    if (isSilent) return client.on('error', () => {});
    const upstream = connect(target, '127.0.0.1');
    const end = (): void => {
      client.destroy();
      upstream.destroy();
      open.delete(client);
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    let left = bytes;
    client.on('data', (chunk: Buffer) => {
      const answer = fault.answers?.(chunk.toString('latin1')) ?? null;
      if (answer === null) upstream.write(chunk);
      else client.write(answer);
    });
    const pass = (said: Buffer): void => {
      const chunk = fault.alters ? Buffer.from(fault.alters(said.toString('latin1')), 'latin1') : said;
      const found = fault.cutAfter?.exec(chunk.toString('latin1'));
      if (found) left = Math.min(left, found.index + found[0].length + 100);
      client.write(chunk.subarray(0, Math.max(0, left)));
      left -= chunk.length;
      if (left > 0) return;
      cuts += 1;
      end();
    };
    upstream.on('data', (chunk: Buffer) => (fault.delayMs === undefined ? pass(chunk) : setTimeout(pass, fault.delayMs, chunk)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  const cutAll = (): void => {
    for (const socket of open) socket.destroy();
  };
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cuts: () => cuts,
    connections: () => connections,
    lastFor: (count) => {
      bytes = count;
      cutAll();
    },
    fail: (how) => {
      fault = how;
      cutAll();
    },
  };
}
