import type { SMTPServer } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import type { Networks } from '../../../core/lib/networks.ts';
import type { ChannelHost } from '../../../core/plugins/contract.ts';
import type { Clients } from './clients.ts';
import { CommandStream, tooSoon } from './commands.ts';
import { lateness, type Patience } from './patience.ts';
import { reply } from './reply.ts';

/** Codes of RFC 3463 where smtp-server's own table says something else than we mean. */
const STATUS_BY_CONTEXT: Readonly<Record<string, string>> = {
  DATA_OK: '2.0.0',
  TOO_BUSY: '4.7.0',
  STOPPING: '4.3.2',
};
const STATUS_BY_CODE: Readonly<Record<number, string>> = { 421: '4.7.0', 552: '5.3.4' };
const OWN_STATUS = /^[245]\.\d{1,3}\.\d{1,3} /;
/** What EHLO offers (SIZE, 8BITMIME, SMTPUTF8) brings these; none of it brings one for a recipient. */
const MAIL_PARAMS: ReadonlySet<string> = new Set(['SIZE', 'BODY', 'SMTPUTF8']);
const RCPT_PARAMS: ReadonlySet<string> = new Set();
/** Ours, not the client's: they do not count as its mistakes. */
const OUR_TROUBLE = new Set([421, 450, 451, 452]);

/** What sessions of all ports share. */
export interface Sessions {
  readonly open: Set<ListenerConnection>;
  readonly max: number;
  readonly clients: Clients;
  readonly ownNetworks: Networks;
  readonly patience: Patience;
  readonly turnedAway: ChannelHost['turnedAway'];
}

/**
 * One SMTP session. Differs from the library's: it greets at once instead of after a fixed 100 ms
 * (docs/decisions/0101-smtp-greeting-without-delay.md), states the enhanced status codes we promise, and keeps the limits of
 * docs/decisions/0231-smtp-limits.md.
 */
export class ListenerConnection extends SMTPConnection {
  /** One of our own machines. */
  readonly isOwn: boolean;
  private readonly sessions: Sessions;
  private timedOut = false;
  private isCounted = false;
  private mistakes = 0;
  private messages = 0;
  /** Since when the client owes us a command, or the message under way its end; ms of `performance.now()`. */
  private waitingSince = performance.now();

  constructor(server: SMTPServer, socket: SocketOf, options: OptionsOf, sessions: Sessions) {
    super(server, socket, options);
    this.sessions = sessions;
    this.isOwn = sessions.ownNetworks.has(this.remoteAddress);
  }

  /** Sets up the socket, turns away what is over a limit, greets. */
  override init(): void {
    const { open, max, clients } = this.sessions;
    open.add(this);
    this.keepAnswering();
    this._setListeners(() => {
      const answer = this.isOwn ? 'welcome' : clients.enter(this.remoteAddress);
      this.isCounted = !this.isOwn;
      if (open.size > max) this.turnAway('Too many connections, try again in a moment');
      else if (answer === 'too_many') this.turnAway('Too many connections from your address');
      else if (answer === 'too_fast') this.turnAway('Too many new connections from your address in a minute');
      else this.connectionReady();
    });
  }

  /**
   * A client that has ended its own side still waits for what it is owed: Exim sends its last message, QUIT and its end at once. The library
   * writes nothing to such a socket. Only in clear: by TLS nobody does so.
   */
  private keepAnswering(): void {
    const socket = this._socket;
    if (socket.allowHalfOpen) Object.defineProperty(socket, 'readyState', { get: () => (socket.writable ? 'open' : 'closed') });
  }

  /** Ends the session of a client that is over a limit. */
  private turnAway(why: string): void {
    this.sessions.turnedAway('limit');
    super.send(421, `${this.name} ${why}`, 'TOO_BUSY');
  }

  override close(): void {
    this.leave();
    super.close();
  }

  override _onClose(): void {
    this.leave();
    super._onClose();
  }

  private leave(): void {
    this.sessions.open.delete(this);
    if (this.isCounted) this.sessions.clients.leave(this.remoteAddress);
    this.isCounted = false;
  }

  /** True while a message is coming in or being kept: such a session is not cut when the listener stops. */
  get isBusy(): boolean {
    return Boolean(this._dataStream);
  }

  /** Ends the session of a client that has nothing under way. */
  dismiss(): void {
    this.send(421, `${this.name} is stopping, try again in a moment`, 'STOPPING');
    this._socket.destroySoon();
  }

  /** Called every second or so: ends the session when the client is too slow. */
  expectProgress(now: number): void {
    if (this._closing || this._closed) return;
    const waitedMs = now - this.waitingSince;
    const stream = this._dataStream;
    const late = lateness(this.sessions.patience, waitedMs, {
      handshake: this._upgrading,
      ours: this._handlerPending || Boolean(stream && (stream.writableNeedDrain || (this._parser && !this._parser._dataMode))),
      dataBytes: stream && this._parser ? this._parser.dataBytes : null,
    });
    if (late === null) return;
    if (late === 'handshake') this._socket.destroy();
    else if (late === 'command') this._onTimeout();
    else if (stream && !stream.destroyed) {
      this.sessions.turnedAway('limit');
      stream.destroy(reply(421, late === 'data_slow' ? 'The message comes too slowly' : 'The message took too long'));
    }
  }

  override _createParser(): CommandStream {
    const parser = new CommandStream(() => this.isOwn);
    parser.oncommand = (command, callback) => this._onCommand(command, callback);
    parser.on('error', (error: Error & { responseCode?: number }) => {
      this.sessions.turnedAway('protocol');
      this.send(error.responseCode ?? 421, error.message);
      this.close();
    });
    // The client has ended its side, and everything that it sent is answered.
    parser.on('finish', () => {
      if (this._parser === parser) this.close();
    });
    return parser;
  }

  override _onCommand(command: Buffer, callback: () => void = () => {}): void {
    const before = this.mistakes;
    super._onCommand(command, () => {
      this.waitingSince = performance.now();
      const { softMistakes, mistakeDelayMs } = this.sessions.patience;
      const isSlowed = !this.isOwn && this.mistakes > before && this.mistakes > softMistakes;
      if (isSlowed) setTimeout(callback, mistakeDelayMs).unref();
      else callback();
    });
  }

  override handler_MAIL(command: Buffer, callback: () => void): void {
    if (!this.isOwn && this.messages >= this.sessions.patience.maxMessages)
      this.turnAway('Enough messages on one connection, open a new one');
    else super.handler_MAIL(command, callback);
  }

  /** Scanners and small programs leave the brackets out; Postfix and Sendmail let them. */
  override _parseAddressCommand(name: string, command: Buffer | string): ReturnType<SMTPConnection['_parseAddressCommand']> {
    const forgiven = this.isOwn ? command.toString().replace(/^([^:<>]{1,20}:\s*)([^\s<>@]+@[^\s<>@]+)(?=\s|$)/, '$1<$2>') : command;
    return super._parseAddressCommand(name, forgiven);
  }

  /** RFC 5321 §4.1.1.11: what was not offered is refused, not passed over. */
  override _rejectInvalidParams(parsed: ParamsOf, keys: readonly string[], callback: () => void): boolean {
    const known = keys.includes('BODY') ? MAIL_PARAMS : RCPT_PARAMS;
    const unknown = Object.keys(parsed.args || {}).find((name) => !known.has(name));
    if (unknown === undefined) return super._rejectInvalidParams(parsed, [...keys], callback);
    this.send(555, `5.5.4 Unknown parameter ${unknown.replace(/[^\x21-\x7e]/g, '?').slice(0, 40)}`);
    callback();
    return true;
  }

  override handler_STARTTLS(command: Buffer, callback: () => void): void {
    this._socket.allowHalfOpen = false;
    super.handler_STARTTLS(command, callback);
  }

  override handler_DATA(command: Buffer, callback: () => void): void {
    if (!this.isOwn && this._parser instanceof CommandStream && this._parser.hasMore) {
      this.sessions.turnedAway('protocol');
      this._refuse(tooSoon());
    } else super.handler_DATA(command, callback);
  }

  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    if (code === 250 && context === 'DATA_OK') {
      this.mistakes = 0;
      this.messages += 1;
    }
    // A message that was refused is over, too: from now on the client owes the next command.
    this.waitingSince = performance.now();
    if (code >= 400 && !OUR_TROUBLE.has(code)) this.mistakes += 1;
    if (this.mistakes > this.sessions.patience.maxMistakes) {
      this.mistakes = 0;
      this.turnAway('Too many mistakes');
    } else super.send(code, data, typeof data === 'string' && OWN_STATUS.test(data) ? false : context);
  }

  override _onTimeout(): void {
    this.timedOut = true;
    super._onTimeout();
  }

  override _getEnhancedStatusCode(code: number, context?: string | false): string {
    const own = typeof context === 'string' ? STATUS_BY_CONTEXT[context] : undefined;
    return (
      own ?? (context === undefined && !this.timedOut ? STATUS_BY_CODE[code] : undefined) ?? super._getEnhancedStatusCode(code, context)
    );
  }
}

type SocketOf = ConstructorParameters<typeof SMTPConnection>[1];
type ParamsOf = Parameters<SMTPConnection['_rejectInvalidParams']>[0];
type OptionsOf = ConstructorParameters<typeof SMTPConnection>[2];
