/** Where a service beside us listens. */
export type ServiceHost = { readonly host: string; readonly port: number } | { readonly path: string };

const MAX_HOSTS = 10;
/** What sockaddr_un holds on Linux, without its closing NUL. */
const MAX_PATH_CHARS = 107;

/** "spam1:783, [::1]:783 /run/spamd.sock" as a list; empty text = none; null when one of them cannot be meant. */
export function parseHosts(text: string, defaultPort: number): readonly ServiceHost[] | null {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const hosts = words.map((word) => parseHost(word, defaultPort));
  return words.length > MAX_HOSTS || hosts.includes(null) ? null : hosts.filter((host) => host !== null);
}

function parseHost(word: string, defaultPort: number): ServiceHost | null {
  if (word.startsWith('/')) return word.length <= MAX_PATH_CHARS ? { path: word } : null;
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([a-zA-Z0-9._-]{1,253}))(?::(\d{1,5}))?$/.exec(word) ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? defaultPort : Number(digits);
  return host !== undefined && port >= 1 && port <= 65_535 ? { host, port } : null;
}

/** As it is shown in a message. */
export const hostText = (host: ServiceHost): string => ('path' in host ? host.path : `${host.host}:${host.port}`);
