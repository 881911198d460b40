/** Where an inbox hands its mail to be delivered. */
export interface Relay {
  readonly host: string;
  readonly port: number;
  /** True: TLS from the first byte (smtps). False: STARTTLS whenever the relay offers it. */
  readonly implicitTls: boolean;
  readonly user: string | null;
  readonly password: string | null;
}

const DEFAULT_PORTS = { 'smtp:': 587, 'smtps:': 465 } as const;

/** Reads `smtp://user:password@host:587` or `smtps://…`; undefined when it is neither. User and password are percent-encoded. */
export function parseRelayUrl(text: string): Relay | undefined {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:')) return undefined;
  if (url.hostname === '' || /[\s%]/.test(url.hostname) || !['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '')
    return undefined;
  const user = decoded(url.username);
  const password = decoded(url.password);
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
    const plain = decodeURIComponent(text);
    return /\p{Cc}/u.test(plain) ? undefined : plain;
  } catch {
    return undefined;
  }
}
