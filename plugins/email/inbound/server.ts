import { constants, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Certificate } from '../../../core/lib/certificate.ts';
import type { Networks } from '../../../core/lib/networks.ts';
import { ListenerConnection, type Sessions } from './connection.ts';
import { readProxyHeader } from './proxy.ts';

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
  private readonly proxies: Networks;

  /** `proxies`: whose connections begin with a PROXY header. `certificate` null: STARTTLS is not offered. */
  constructor(options: SMTPServerOptions, sessions: Sessions, proxies: Networks, certificate: Certificate | null) {
    const disabled = ['AUTH', 'XCLIENT', 'XFORWARD', 'WIZ', 'SHELL', 'KILL', ...(certificate ? [] : ['STARTTLS'])];
    super({
      ...options,
      allowHalfOpen: !options.secure,
      ...MODERN,
      ...(certificate ? pemOf(certificate) : {}),
      disabledCommands: disabled,
    });
    this.sessions = sessions;
    this.proxies = proxies;
  }

  override connect(socket: Socket | TLSSocket, options?: ConstructorParameters<typeof ListenerConnection>[2]): void {
    const connection = new ListenerConnection(this, socket, options, this.sessions);
    this.connections.add(connection);
    connection.on('error', (error: Error) => this._onError(error));
    connection.init();
  }

  override _expectsProxyHeader(socket: Socket): boolean {
    return this.proxies.has(socket.remoteAddress ?? '');
  }

  /** The library knows version 1 only, and lists of single addresses. */
  override _handleProxy(socket: Socket, callback: Parameters<SMTPServer['_handleProxy']>[1]): void {
    if (!this._expectsProxyHeader(socket)) {
      super._handleProxy(socket, callback);
      return;
    }
    const id = randomBytes(10).toString('hex');
    readProxyHeader(socket).then(
      (client) => callback(null, client ? { id, remoteAddress: client.ip, remotePort: client.port } : { id }),
      (error: Error) => callback(error),
    );
  }

  /** New connections and new handshakes get this one; running sessions keep theirs. */
  use(certificate: Certificate): void {
    this.updateSecureContext(pemOf(certificate));
  }
}

const pemOf = ({ cert, key }: Certificate): TlsOptions => ({ cert, key });
