import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { checkServerIdentity, connect as connectTls } from 'node:tls';

/** What a mail server offers on its port: no TLS at all, or a certificate. */
export type TlsOffer =
  | { readonly state: 'unreachable'; readonly reason: string }
  | { readonly state: 'none' }
  | { readonly state: 'offered'; readonly validTo: Date; readonly isNameRight: boolean; readonly isTrusted: boolean };

const LIMIT_MS = 8_000;

/** Greets a mail server, asks for STARTTLS (RFC 3207) and looks at its certificate. Sends no mail. Never rejects. */
export async function probeTls(address: string, port: number, name: string): Promise<TlsOffer> {
  const socket = connect({ host: address, port });
  const limit = setTimeout(() => socket.destroy(new Error('no answer in time')), LIMIT_MS);
  try {
    return await talk(socket, name);
  } catch (error) {
    return { state: 'unreachable', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(limit);
    socket.destroy();
  }
}

async function talk(socket: ReturnType<typeof connect>, name: string): Promise<TlsOffer> {
  const failed = new Promise<never>((_resolve, reject) =>
    socket.once('error', reject).once('close', () => reject(new Error('the connection ended'))),
  );
  failed.catch(() => {});
  const lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on('error', () => {});
  const replies = lines[Symbol.asyncIterator]();
  const reply = async (): Promise<readonly string[]> => {
    const said: string[] = [];
    for (;;) {
      const { value, done } = await Promise.race([replies.next(), failed]);
      if (done) throw new Error('the connection ended');
      said.push(String(value).slice(0, 600));
      if (!/^\d{3}-/.test(String(value)) || said.length > 100) return said;
    }
  };
  if (!(await reply()).at(-1)?.startsWith('220')) throw new Error('it does not greet');
  socket.write('EHLO centrala.invalid\r\n');
  if (!(await reply()).some((line) => /^250[ -]STARTTLS\b/i.test(line))) {
    socket.write('QUIT\r\n');
    return { state: 'none' };
  }
  socket.write('STARTTLS\r\n');
  if (!(await reply()).at(-1)?.startsWith('220')) return { state: 'none' };
  lines.close();
  socket.removeAllListeners('data');
  const secure = connectTls({ socket, servername: name, rejectUnauthorized: false });
  await Promise.race([new Promise((resolve, reject) => secure.once('secureConnect', resolve).once('error', reject)), failed]);
  const certificate = secure.getPeerCertificate();
  const isNameRight = checkServerIdentity(name, certificate) === undefined;
  const offer = { state: 'offered', validTo: new Date(certificate.valid_to), isNameRight, isTrusted: secure.authorized } as const;
  secure.on('error', () => {}).destroy();
  return offer;
}
