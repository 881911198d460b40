import type { MailServer } from './mx.ts';
import type { Relay } from './relay.ts';

/**
 * How far TLS is insisted on. checked: a certificate that is offered must be right, and a password needs TLS; on loopback neither.
 * unchecked: the same without looking at the certificate. opportunistic: TLS when offered, whatever the certificate (RFC 7435). none: not even then.
 */
export type TlsPolicy = 'checked' | 'unchecked' | 'opportunistic' | 'none';

/** An SMTP server and how to speak to it. */
export interface Target extends Relay {
  /** Absent = checked. */
  readonly tls?: TlsPolicy;
  /** The address that was looked up already, so that nobody can give another one meanwhile. */
  readonly address?: string;
  /** The name we greet with; absent = the machine's. */
  readonly helo?: string;
}

export function mxTarget({ host, address, port }: MailServer, tls: TlsPolicy, helo: string | null): Target {
  return { host, address, port, implicitTls: false, user: null, password: null, tls, ...(helo === null ? {} : { helo }) };
}

export function relayTarget(relay: Relay, checkCertificate: boolean, helo: string | null): Target {
  return { ...relay, ...(checkCertificate ? {} : { tls: 'unchecked' as const }), ...(helo === null ? {} : { helo }) };
}

/** The name to greet with (RFC 5321 §4.1.1.1), when it is one that could be in the DNS. */
export const heloName = (hostname: string | undefined): string | null =>
  hostname !== undefined && /^(?=.{4,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(hostname) ? hostname : null;
