import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';

/** What a broken or evil clamd may do, by name. */
const BEHAVIOURS: Readonly<Record<string, (socket: Socket) => void>> = {
  'closes at once': (socket) => void socket.destroy(),
  'never answers': () => {},
  'closes when it was sent something': (socket) => void socket.once('data', () => socket.destroy()),
  'answers another protocol': (socket) => void socket.end('220 mail.example.com ESMTP\r\n'),
  'answers a line without an end': (socket) => void socket.end('stream: OK'),
  'answers twice': (socket) => void socket.end('stream: OK\0stream: OK\0'),
  'answers nothing': (socket) => void socket.end('\0'),
  'finds a virus without a name': (socket) => void socket.end('stream:  FOUND\0'),
  'says it cannot now': (socket) => void socket.end("stream: Can't allocate memory ERROR\0"),
  'says it was not sent a stream in time': (socket) => void socket.end('COMMAND READ TIMED OUT\0'),
  'answers without end': (socket) => {
    const more = (): void => {
      while (!socket.destroyed && socket.write('y'.repeat(65_536)));
    };
    socket.on('drain', more);
    more();
  },
};

export const MISBEHAVIOURS = Object.keys(BEHAVIOURS);

/** A server on a free port that behaves so, or answers as it is told. */
export async function evilClamd(
  how: string,
  answer?: (asked: string) => string,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const behave = answer ? (socket: Socket) => void socket.once('data', (asked) => socket.end(answer(asked.toString()))) : BEHAVIOURS[how];
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
