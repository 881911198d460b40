import type { Readable } from 'node:stream';
import { type Asked, type AskLimits, ask as askHost, type Question, writeStream } from '../../../core/lib/ask-service.ts';
import type { ServiceHost } from '../../../core/lib/service-host.ts';
import { parseResponse, type SpamdResponse } from './response.ts';

export const DEFAULT_PORT = 783;

export interface SpamdRequest {
  readonly command: 'PING' | 'REPORT' | 'TELL';
  readonly headers: readonly string[];
  /** Null for a request without a message. `bytes` are sent, not more, whatever the stream holds. */
  readonly message: { readonly bytes: number; readonly open: () => Readable } | null;
}

const MAX_RESPONSE_BYTES = 256 * 1024;

/** A request as protocol SPAMC/1.5 puts it. */
export const spamdQuestion = ({ command, headers, message }: SpamdRequest): Question<SpamdResponse> => ({
  maxAnswerBytes: MAX_RESPONSE_BYTES,
  read: parseResponse,
  write: async (socket) => {
    const length = message ? [`Content-length: ${message.bytes}`] : [];
    socket.write(`${[`${command} SPAMC/1.5`, ...length, ...headers].join('\r\n')}\r\n\r\n`);
    if (message) await writeStream(socket, message.open(), message.bytes);
    socket.end();
  },
});

/** One request on one connection. Never rejects. */
export const ask = (host: ServiceHost, request: SpamdRequest, limits: AskLimits, signal: AbortSignal): Promise<Asked<SpamdResponse>> =>
  askHost(host, spamdQuestion(request), limits, signal);
