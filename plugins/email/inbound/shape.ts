import type { SMTPServerError } from 'smtp-server';
import { reply } from './reply.ts';

/**
 * A fifth above the largest the reader of mail is proven with (test/contract hostile set): nothing that it can show is refused for its
 * shape. RFC 5321 §4.5.3.1.6 allows lines of 1000; real senders write a whole HTML page or an attachment into one.
 */
export interface ShapeLimits {
  readonly maxHeaderBytes: number;
  readonly maxHeaderLines: number;
  readonly maxLineBytes: number;
}
export const SHAPE_LIMITS: ShapeLimits = { maxHeaderBytes: 12_582_912, maxHeaderLines: 250_000, maxLineBytes: 12_582_912 };

const [LF, CR] = [10, 13];

/** Watches the bytes of one message go by. */
export interface Shape {
  see(chunk: Uint8Array): void;
  /** What to answer instead of taking the message, or null. Complete when the last byte was seen. */
  problem(): SMTPServerError | null;
}

/** `needsCrlf`: every line end must be CR LF (RFC 5321 §2.3.8); anything else is how mail is smuggled (CVE-2023-51764). */
export function watchShape(needsCrlf: boolean, limits: ShapeLimits = SHAPE_LIMITS): Shape {
  let [lineBytes, headerBytes, headerLines, last] = [0, 0, 0, LF];
  let isHeader = true;
  let problem: SMTPServerError | null = null;
  const see = (chunk: Uint8Array): void => {
    for (let i = 0; i < chunk.length && problem === null; i += 1) {
      const byte = chunk[i];
      lineBytes += 1;
      if (byte === LF) {
        if (needsCrlf && last !== CR) problem = BARE();
        if (isHeader) {
          headerBytes += lineBytes;
          headerLines += 1;
          isHeader = lineBytes > 2 || (lineBytes === 2 && last !== CR);
        }
        lineBytes = 0;
      } else if (needsCrlf && last === CR) problem = BARE();
      else if (lineBytes > limits.maxLineBytes) problem = reply(500, '5.6.0 Line too long');
      if (isHeader && (headerBytes > limits.maxHeaderBytes || headerLines > limits.maxHeaderLines))
        problem = reply(552, '5.3.4 The header is too large');
      last = byte ?? LF;
      // A patient listener has no further question once the header is over.
      if (!isHeader && !needsCrlf) break;
    }
  };
  return { see: (chunk) => (isHeader || needsCrlf ? see(chunk) : undefined), problem: () => problem };
}

const BARE = (): SMTPServerError => reply(550, '5.5.2 Bare <LF> or <CR> in the message; lines end with <CR><LF> (RFC 5321 section 2.3.8)');
