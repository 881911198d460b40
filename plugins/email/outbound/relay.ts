/** Where an inbox hands its mail to be delivered. */
export interface Relay {
  readonly host: string;
  readonly port: number;
  /** True: TLS from the first byte (smtps). False: STARTTLS whenever the relay offers it. */
  readonly implicitTls: boolean;
  readonly user: string | null;
  readonly password: string | null;
  /** The user logs in by a token of this grant, not by a password. */
  readonly grant?: string;
}

const DEFAULT_PORTS = { 'smtp:': 587, 'smtps:': 465 } as const;

/**
 * Reads `smtp://user:password@host:587` or `smtps://…`; undefined when it is neither. User and password may be percent-encoded or stand as
 * they are: what precedes the last @ is theirs, up to the first colon the user's.
 */
export function parseRelayUrl(text: string): Relay | undefined {
  const { scheme, login, rest } = /^(?<scheme>[a-z]+:\/\/)(?:(?<login>.*)@)?(?<rest>[^@]*)$/i.exec(text)?.groups ?? {};
  const url = URL.canParse(`${scheme}${rest}`) ? new URL(`${scheme}${rest}`) : null;
  if (!url || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:')) return undefined;
  if (url.hostname === '' || /[\s%]/.test(url.hostname) || !['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '')
    return undefined;
  const [, name = '', secret = ''] = /^([^:]*):?(.*)$/s.exec(login ?? '') ?? [];
  const user = decoded(name);
  const password = decoded(secret);
  if (user === undefined || password === undefined || (user === '') !== (password === '')) return undefined;
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? DEFAULT_PORTS[url.protocol] : Number(url.port),
    implicitTls: url.protocol === 'smtps:',
    user: user === '' ? null : user,
    password: password === '' ? null : password,
  };
}

/** Host and port for people; never the user or the password. */
export const relayHost = (relay: Relay): string => `${relay.host.includes(':') ? `[${relay.host}]` : relay.host}:${relay.port}`;

function decoded(text: string): string | undefined {
  try {
    const plain = decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25'));
    return /\p{Cc}/u.test(plain) ? undefined : plain;
  } catch {
    return undefined;
  }
}
