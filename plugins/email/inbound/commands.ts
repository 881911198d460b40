import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { reply } from './reply.ts';

/** RFC 5321 §4.5.3.1.4 asks for 512; extensions add to it. As Postfix' line_length_limit. */
export const MAX_COMMAND_BYTES = 2048;

/** Commands that end a pipelined group (RFC 2920 §3.1): nothing may stand behind them before they are answered. */
const LAST_OF_GROUP = /(?:^|\n)(?:EHLO|HELO|LHLO|DATA|VRFY|EXPN|TURN|AUTH)(?: [^\n]*|\r)?\n[\s\S]/i;
const BARE_NEWLINE = /(?:^|[^\r])\n|\r[^\n]/;

/**
 * The library's reader of commands and data, stricter with strangers: their commands end in CR LF and they wait where they must. Either
 * is a sign of SMTP smuggling or of a program that does not read answers; the session ends.
 */
export class CommandStream extends SMTPStream {
  private readonly isPatient: () => boolean;
  /** Bytes that came with the ones being worked on, and are not commands yet when the session waits. */
  private chunkBytes = 0;
  private isWriting = false;

  /** `isPatient` true: the client is one of our own machines. */
  constructor(isPatient: () => boolean) {
    super({ maxCommandLength: MAX_COMMAND_BYTES });
    this.isPatient = isPatient;
  }

  /** Something was sent behind what is being answered now. */
  get hasMore(): boolean {
    return this.writableLength > this.chunkBytes;
  }

  override _write(chunk: Buffer, encoding: BufferEncoding | 'buffer', next: (error?: Error | null) => void): void {
    // The library calls this itself with what stood behind the end of a message.
    const isOuter = !this.isWriting;
    if (isOuter) {
      this.isWriting = true;
      this.chunkBytes = chunk.length;
    }
    const done = isOuter
      ? (error?: Error | null): void => {
          this.isWriting = false;
          next(error);
        }
      : next;
    const problem = this._dataMode || this.isClosed || this.isPatient() ? null : problemOf(this._remainder + chunk.toString('latin1'));
    if (problem !== null) {
      this._remainder = '';
      done(problem);
    } else super._write(chunk, encoding, done);
  }

  override _commandTooLong(): Error {
    this._remainder = '';
    return reply(500, '5.5.2 Line too long');
  }
}

function problemOf(text: string): Error | null {
  if (BARE_NEWLINE.test(text)) return reply(521, '5.5.2 Bare <LF> or <CR> in a command; lines end with <CR><LF>');
  return LAST_OF_GROUP.test(text) ? tooSoon() : null;
}

export const tooSoon = (): Error => reply(554, '5.5.0 You talk too soon: wait for the answer (RFC 2920)');
