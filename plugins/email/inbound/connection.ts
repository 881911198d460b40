import type { SMTPServer } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';

/** Codes of RFC 3463 where smtp-server's own table says something else than we mean. */
const STATUS_BY_CONTEXT: Readonly<Record<string, string>> = {
  DATA_OK: '2.0.0',
  TOO_BUSY: '4.7.0',
  STOPPING: '4.3.2',
};
const STATUS_BY_CODE: Readonly<Record<number, string>> = { 421: '4.7.0', 552: '5.3.4' };

/** The open sessions of all ports. */
export interface Sessions {
  readonly open: Set<ListenerConnection>;
  readonly max: number;
}

/**
 * One SMTP session. Differs from the library's in two points: it greets at once instead of after a fixed 100 ms
 * (docs/decisions/0101-smtp-greeting-without-delay.md), and it states the enhanced status codes we promise.
 */
export class ListenerConnection extends SMTPConnection {
  private readonly sessions: Sessions;
  private timedOut = false;

  constructor(server: SMTPServer, socket: SocketOf, options: OptionsOf, sessions: Sessions) {
    super(server, socket, options);
    this.sessions = sessions;
  }

  /** Sets up the socket, turns away what is over the limit, greets. */
  override init(): void {
    const { open, max } = this.sessions;
    open.add(this);
    this._setListeners(() => {
      if (open.size > max) this.send(421, `${this.name} Too many connections, try again in a moment`, 'TOO_BUSY');
      else this.connectionReady();
    });
  }

  override close(): void {
    this.sessions.open.delete(this);
    super.close();
  }

  override _onClose(): void {
    this.sessions.open.delete(this);
    super._onClose();
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
type OptionsOf = ConstructorParameters<typeof SMTPConnection>[2];
