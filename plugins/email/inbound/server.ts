import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Certificate } from './certificate.ts';
import { ListenerConnection, type Sessions } from './connection.ts';

/** TLS 1.2 with forward secrecy and authenticated encryption, or TLS 1.3; nobody may renegotiate. */
const MODERN: TlsOptions = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
    'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305',
  ].join(':'),
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
};

/** The library's server with our sessions, all counted together whichever port they came through. */
export class ListenerServer extends SMTPServer {
  private readonly sessions: Sessions;

  /** `certificate` null: STARTTLS is not offered. */
  constructor(options: SMTPServerOptions, sessions: Sessions, certificate: Certificate | null) {
    const disabled = ['AUTH', 'XCLIENT', 'XFORWARD', 'WIZ', 'SHELL', 'KILL', ...(certificate ? [] : ['STARTTLS'])];
    super({ ...options, ...MODERN, ...(certificate ? pemOf(certificate) : {}), disabledCommands: disabled });
    this.sessions = sessions;
  }

  override connect(socket: Socket | TLSSocket, options?: ConstructorParameters<typeof ListenerConnection>[2]): void {
    const connection = new ListenerConnection(this, socket, options, this.sessions);
    this.connections.add(connection);
    connection.on('error', (error: Error) => this._onError(error));
    connection.init();
  }

  /** New connections and new handshakes get this one; running sessions keep theirs. */
  use(certificate: Certificate): void {
    this.updateSecureContext(pemOf(certificate));
  }
}

const pemOf = ({ cert, key }: Certificate): TlsOptions => ({ cert, key });
