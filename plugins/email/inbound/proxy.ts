import { isIP, type Socket } from 'node:net';

/** What a proxy's first bytes say. `more`: not all of it is here yet. `client` null: the proxy speaks for itself (health check). */
export type ProxyHeader =
  | { readonly state: 'more' }
  | { readonly state: 'wrong' }
  | { readonly state: 'read'; readonly bytes: number; readonly client: { readonly ip: string; readonly port: number } | null };

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
/** Version 1 is at most 107 bytes, line end included. */
const MAX_V1 = 107;
const V2_HEAD = 16;
/** What an IPv4 address written as IPv6 begins with (RFC 4291 §2.5.5.2). */
const MAPPED = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]);
/** AF_UNSPEC, SOCK_UNSPEC. */
const UNSPECIFIED = 0;
/** Addresses and whatever a proxy adds; 65535 would be allowed. */
const MAX_V2 = 4096;
const HEADER_MS = 10_000;
const [WRONG, MORE] = [{ state: 'wrong' }, { state: 'more' }] as const;

/** PROXY protocol, versions 1 and 2 (haproxy's proxy-protocol.txt §2). */
export function parseProxyHeader(bytes: Buffer): ProxyHeader {
  if (bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE.subarray(0, bytes.length)))
    return bytes.length < V2_HEAD ? MORE : parseV2(bytes);
  const end = bytes.subarray(0, MAX_V1).indexOf('\r\n');
  if (end < 0) return bytes.length < MAX_V1 && 'PROXY '.startsWith(bytes.toString('latin1', 0, 6)) ? MORE : WRONG;
  const line = bytes.toString('latin1', 0, end);
  const [, family, ip = '', port = ''] = /^PROXY TCP([46]) (\S+) \S+ (\d{1,5}) \d{1,5}$/.exec(line) ?? [];
  if (/^PROXY UNKNOWN(?: |$)/.test(line)) return { state: 'read', bytes: end + 2, client: null };
  if (family === undefined || isIP(ip) !== Number(family) || Number(port) > 65_535) return WRONG;
  return { state: 'read', bytes: end + 2, client: { ip, port: Number(port) } };
}

function parseV2(bytes: Buffer): ProxyHeader {
  const [command, family, length] = [bytes.readUInt8(12), bytes.readUInt8(13), bytes.readUInt16BE(14)];
  const end = V2_HEAD + length;
  if (command >> 4 !== 2 || (command & 15) > 1 || end > MAX_V2) return WRONG;
  if (bytes.length < end) return MORE;
  // Its own connection, or one whose client it does not know: the addresses are those of the connection.
  if ((command & 15) === 0 || family === UNSPECIFIED) return { state: 'read', bytes: end, client: null };
  if (family === 0x11 && length >= 12)
    return { state: 'read', bytes: end, client: { ip: [...bytes.subarray(16, 20)].join('.'), port: bytes.readUInt16BE(24) } };
  if (family === 0x21 && length >= 36) {
    const port = bytes.readUInt16BE(48);
    // An IPv4 client at a port of both families.
    if (bytes.subarray(16, 28).equals(MAPPED))
      return { state: 'read', bytes: end, client: { ip: [...bytes.subarray(28, 32)].join('.'), port } };
    const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(16 + 2 * i).toString(16));
    return { state: 'read', bytes: end, client: { ip: groups.join(':'), port } };
  }
  return WRONG;
}

/** Reads the header off a new connection and leaves what follows. Rejects when it is wrong, late or broken off; the socket is then closed. */
export function readProxyHeader(socket: Socket): Promise<{ readonly ip: string; readonly port: number } | null> {
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0);
    const settle = (error: Error | null, client: { ip: string; port: number } | null = null): void => {
      clearTimeout(timer);
      socket.off('readable', read).off('end', broken).off('close', broken);
      // The library's own listener comes with the session; a late reset must not find none.
      if (error) socket.destroy();
      else socket.off('error', broken);
      if (error) reject(error);
      else resolve(client);
    };
    const broken = (): void => settle(new Error('the connection ended before its PROXY header'));
    const read = (): void => {
      for (let chunk: Buffer | null = socket.read(); chunk !== null; chunk = socket.read()) seen = Buffer.concat([seen, chunk]);
      const header = parseProxyHeader(seen);
      if (header.state === 'wrong') settle(new Error('no PROXY header, or a wrong one'));
      if (header.state !== 'read') return;
      const rest = seen.subarray(header.bytes);
      if (rest.length > 0) socket.unshift(rest);
      settle(null, header.client);
    };
    const timer = setTimeout(() => settle(new Error('no PROXY header in time')), HEADER_MS);
    socket.on('readable', read).on('end', broken).on('close', broken).on('error', broken);
  });
}
