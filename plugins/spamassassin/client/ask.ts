import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { hostText, type SpamdHost } from './hosts.ts';
import { parseResponse, type SpamdResponse } from './response.ts';

export interface SpamdRequest {
  readonly command: 'PING' | 'REPORT' | 'TELL';
  readonly headers: readonly string[];
  /** Null for a request without a message. `bytes` are sent, not more, whatever the stream holds. */
  readonly message: { readonly bytes: number; readonly open: () => Readable } | null;
}

/** A value in place of an exception: nobody listens, or what came back was no answer. */
export type Asked =
  | { readonly response: SpamdResponse; readonly host: string }
  | { readonly trouble: 'unreachable' | 'bad_answer'; readonly detail: string };

export interface AskLimits {
  readonly connectMs: number;
  /** From the connection to the whole answer. */
  readonly answerMs: number;
}

const MAX_RESPONSE_BYTES = 256 * 1024;

/** Asks the hosts in turn until one answers; the last one's trouble when none does. */
export async function askAny(hosts: readonly SpamdHost[], request: SpamdRequest, limits: AskLimits, signal: AbortSignal): Promise<Asked> {
  let last: Asked = { trouble: 'unreachable', detail: '' };
  for (const host of hosts) {
    if (signal.aborted) break;
    last = await ask(host, request, limits, signal);
    if ('response' in last) return last;
  }
  return last;
}

/** One request on one connection (protocol SPAMC/1.5). Never rejects. */
export async function ask(host: SpamdHost, request: SpamdRequest, limits: AskLimits, signal: AbortSignal): Promise<Asked> {
  const where = hostText(host);
  let socket: Socket | null = null;
  try {
    socket = await connected(host, AbortSignal.any([signal, AbortSignal.timeout(limits.connectMs)]));
  } catch (error) {
    return { trouble: 'unreachable', detail: `${where}: ${reasonOf(error)}` };
  }
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limits.answerMs)]);
    const answer = await exchange(socket, request, limit);
    const response = parseResponse(answer);
    return response ? { response, host: where } : { trouble: 'bad_answer', detail: `${where}: ${preview(answer)}` };
  } catch (error) {
    return { trouble: 'bad_answer', detail: `${where}: ${reasonOf(error)}` };
  } finally {
    socket.destroy();
  }
}

async function connected(host: SpamdHost, signal: AbortSignal): Promise<Socket> {
  const socket = connect('path' in host ? { path: host.path } : { host: host.host, port: host.port });
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.on('error', () => {});
    socket.destroy();
    throw error;
  }
}

async function exchange(socket: Socket, request: SpamdRequest, signal: AbortSignal): Promise<Buffer> {
  const stop = (): void => void socket.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const answer = read(socket);
    // A spamd that has seen enough may close while we still write: its answer counts, not our broken pipe.
    const [written, answered] = await Promise.allSettled([write(socket, request), answer]);
    if (answered.status === 'rejected') throw answered.reason;
    if (written.status === 'rejected' && answered.value.length === 0) throw written.reason;
    return answered.value;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function write(socket: Socket, { command, headers, message }: SpamdRequest): Promise<void> {
  const length = message ? [`Content-length: ${message.bytes}`] : [];
  socket.write(`${[`${command} SPAMC/1.5`, ...length, ...headers].join('\r\n')}\r\n\r\n`);
  let left = message?.bytes ?? 0;
  const stream = message?.open();
  try {
    for await (const chunk of stream ?? []) {
      const part: Buffer = Buffer.from(chunk).subarray(0, left);
      left -= part.length;
      if (!socket.write(part)) await drained(socket);
      if (left === 0) break;
    }
  } finally {
    stream?.destroy();
  }
  socket.end();
}

/** A socket that was closed in between never drains. */
async function drained(socket: Socket): Promise<void> {
  if (socket.destroyed) throw new Error('the connection was closed');
  const closed = new AbortController();
  try {
    await Promise.race([once(socket, 'drain', { signal: closed.signal }), once(socket, 'close', { signal: closed.signal })]);
  } finally {
    closed.abort();
  }
}

function read(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_RESPONSE_BYTES) return void socket.destroy(new Error(`more than ${MAX_RESPONSE_BYTES} bytes of answer`));
      chunks.push(chunk);
    });
    let failed: Error | null = null;
    socket.on('error', (error) => {
      failed = error;
    });
    // A reset after the answer (spamd does not read what it refuses) takes nothing away from it; a limit of ours does.
    socket.on('close', () => (failed && (chunks.length === 0 || !('code' in failed)) ? reject(failed) : resolve(Buffer.concat(chunks))));
  });
}

const reasonOf = (error: unknown): string =>
  error instanceof Error
    ? 'code' in error && typeof error.code === 'string'
      ? error.code
      : error.name === 'TimeoutError'
        ? 'no answer in time'
        : error.message
    : String(error);

const preview = (bytes: Buffer): string => (bytes.length === 0 ? 'no answer' : JSON.stringify(bytes.subarray(0, 80).toString('latin1')));
