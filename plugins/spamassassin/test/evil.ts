import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';

const scored = (spam: string, body = 'x'): string => `SPAMD/1.1 0 EX_OK\r\nContent-length: ${body.length}\r\nSpam: ${spam}\r\n\r\n${body}`;

/** What a broken or evil spamd may do, by name. */
const BEHAVIOURS: Readonly<Record<string, (socket: Socket) => void>> = {
  'closes at once': (socket) => void socket.destroy(),
  'never answers': () => {},
  'answers another protocol': (socket) => void socket.end('220 mail.example.com ESMTP\r\n'),
  'answers without a score': (socket) => void socket.end('SPAMD/1.1 0 EX_OK\r\nContent-length: 0\r\n\r\n'),
  'answers a score that is no number': (socket) => void socket.end(scored('True ; NaN / 5.0')),
  'answers an endless score': (socket) => void socket.end(scored(`True ; ${'9'.repeat(400)} / 5.0`)),
  'says it cannot now': (socket) => void socket.end('SPAMD/1.0 75 Temporary failure\r\n\r\n'),
  'ends in the middle': (socket) => void socket.end('SPAMD/1.1 0 EX_OK\r\nContent-length: 900\r\nSpam: False ; 1.0 / 5.0\r\n\r\nhalf'),
  'answers without end': (socket) => {
    socket.write(scored('False ; 1.0 / 5.0', 'x'.repeat(10)));
    const more = (): void => {
      while (!socket.destroyed && socket.write('y'.repeat(65_536)));
    };
    socket.on('drain', more);
    more();
  },
  'writes headers without end': (socket) => {
    socket.write('SPAMD/1.1 0 EX_OK\r\n');
    const more = (): void => {
      while (!socket.destroyed && socket.write('X-Header: nothing\r\n'.repeat(1000)));
    };
    socket.on('drain', more);
    more();
  },
};

export const MISBEHAVIOURS = Object.keys(BEHAVIOURS);

/** A server on a free port that behaves so; it never reads. */
export async function evilSpamd(how: string): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const behave = BEHAVIOURS[how];
  if (!behave) throw new Error(`no behaviour "${how}"`);
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    behave(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
