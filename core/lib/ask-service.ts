import { once } from 'node:events';
import { readSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { hostText, type ServiceHost } from './service-host.ts';

/** One question on one connection, which the service closes after its answer. */
export interface Question<T> {
  /** Whether to close our half when everything is written is the protocol's own matter. */
  readonly write: (socket: Socket) => Promise<void>;
  /** Null for what is no answer of this service. */
  readonly read: (bytes: Buffer) => T | null;
  readonly maxAnswerBytes: number;
}

/** A value in place of an exception: nobody listens, or what came back was no answer. */
export type Asked<T> =
  | { readonly answer: T; readonly host: string }
  | { readonly trouble: 'unreachable' | 'bad_answer'; readonly detail: string };

export interface AskLimits {
  readonly connectMs: number;
  /** From the connection to the whole answer. */
  readonly answerMs: number;
}

const REST_MS = 30_000;
/** Hosts that gave no answer a moment ago, and until when (ms of `performance.now()`) the others are asked before them. */
const resting = new Map<string, number>();
const isResting = (host: ServiceHost): boolean => (resting.get(hostText(host)) ?? 0) > performance.now();

/**
 * Asks the hosts in turn until one answers; the last one's trouble when none does. One that did not answer is asked last for half a minute: where it
 * hangs, whoever asks would wait for it each time, and might have no time left for the next.
 */
export async function askAny<T>(
  hosts: readonly ServiceHost[],
  question: Question<T>,
  limits: AskLimits,
  signal: AbortSignal,
): Promise<Asked<T>> {
  let last: Asked<T> = { trouble: 'unreachable', detail: '' };
  for (const host of [...hosts].sort((a, b) => Number(isResting(a)) - Number(isResting(b)))) {
    if (signal.aborted) break;
    last = await ask(host, question, limits, signal);
    if ('answer' in last) return last;
    if (hosts.length > 1) resting.set(hostText(host), performance.now() + REST_MS);
  }
  return last;
}

/** Never rejects. */
export async function ask<T>(host: ServiceHost, question: Question<T>, limits: AskLimits, signal: AbortSignal): Promise<Asked<T>> {
  const where = hostText(host);
  let socket: Socket | null = null;
  try {
    socket = await connected(host, AbortSignal.any([signal, AbortSignal.timeout(limits.connectMs)]));
  } catch (error) {
    return { trouble: 'unreachable', detail: `${where}: ${reasonOf(error)}` };
  }
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limits.answerMs)]);
    const bytes = await exchange(socket, question, limit);
    const answer = question.read(bytes);
    return answer !== null ? { answer, host: where } : { trouble: 'bad_answer', detail: `${where}: ${preview(bytes)}` };
  } catch (error) {
    return { trouble: 'bad_answer', detail: `${where}: ${reasonOf(error)}` };
  } finally {
    socket.destroy();
  }
}

async function connected(host: ServiceHost, signal: AbortSignal): Promise<Socket> {
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

async function exchange<T>(socket: Socket, { write, maxAnswerBytes }: Question<T>, signal: AbortSignal): Promise<Buffer> {
  const stop = (): void => void socket.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const answer = read(socket, maxAnswerBytes);
    // A service that has seen enough may close while we still write: its answer counts, not our broken pipe.
    const [written, answered] = await Promise.allSettled([write(socket).catch((error: unknown) => giveUp(socket, error)), answer]);
    if (answered.status === 'rejected') throw answered.reason;
    if (written.status === 'rejected' && answered.value.length === 0) throw written.reason;
    return answered.value;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** What we wanted to send cannot be read, and the service would wait for the rest of it as long as we for its answer. */
function giveUp(socket: Socket, error: unknown): never {
  if (!socket.destroyed) socket.destroy(error instanceof Error ? error : new Error(String(error)));
  throw error;
}

/** Writes at most `most` bytes of a stream, each piece as `framed` wants it, and ends the stream. */
export async function writeStream(
  socket: Socket,
  stream: Readable,
  most: number,
  framed: (piece: Buffer) => readonly Buffer[] = (piece) => [piece],
): Promise<void> {
  let left = most;
  try {
    for await (const chunk of stream) {
      const piece: Buffer = Buffer.from(chunk).subarray(0, left);
      left -= piece.length;
      for (const part of framed(piece)) if (!socket.write(part)) await drained(socket);
      if (left === 0) break;
    }
  } finally {
    stream.destroy();
  }
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

function read(socket: Socket, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > most) return void socket.destroy(new Error(`more than ${most} bytes of answer`));
      chunks.push(chunk);
    });
    let failed: Error | null = null;
    socket.on('error', (error) => {
      failed = error;
    });
    onBreak(socket, (rest) => rest.length > 0 && chunks.push(rest));
    // A reset after the answer (nobody reads what was refused) takes nothing away from it; a limit of ours does.
    socket.on('close', () => (failed && (chunks.length === 0 || !('code' in failed)) ? reject(failed) : resolve(Buffer.concat(chunks))));
  });
}

const REST_BYTES = 4_096;

/**
 * A service that refuses what we still write answers and closes. Node then closes our end at the failed write, and with it goes what the system
 * had received for us and we had not read: the very refusal. So that is read before.
 */
function onBreak(socket: Socket, keep: (rest: Buffer) => unknown): void {
  const destroy = socket._destroy.bind(socket);
  socket._destroy = (error, done) => {
    const handle = '_handle' in socket ? socket._handle : null;
    if (error && 'code' in error && handle && typeof handle === 'object' && 'fd' in handle && typeof handle.fd === 'number') {
      const rest = Buffer.alloc(REST_BYTES);
      try {
        keep(rest.subarray(0, readSync(handle.fd, rest)));
      } catch {
        // Nothing had come.
      }
    }
    destroy(error, done);
  };
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
