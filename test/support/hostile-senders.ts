import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';

const INTO_DATA = (to: string): string => `EHLO evil.test\r\nMAIL FROM:<evil@klient.test>\r\nRCPT TO:<${to}>\r\nDATA\r\n`;
const AGAIN_MS = 200;

/** What each kind does from the moment it is connected; `again` says something ten times a second until the connection is gone. */
const KINDS: readonly ((socket: Socket, to: string, again: (what: () => string) => void) => void)[] = [
  // Says nothing, for as long as it may.
  () => {},
  // A command without an end.
  (socket, _, again) => {
    socket.write('NOOP ');
    again(() => 'x'.repeat(60));
  },
  // A message that trickles.
  (socket, to, again) => {
    socket.write(INTO_DATA(to));
    again(() => 'x');
  },
  // Much of a message at once, then nothing.
  (socket, to) => void socket.write(`${INTO_DATA(to)}Subject: x\r\n\r\n${'y'.repeat(200_000)}`),
  // A header without an end.
  (socket, to, again) => {
    socket.write(INTO_DATA(to));
    again(() => `X-A: ${'a'.repeat(900)}\r\n`);
  },
  // Guesses addresses.
  (socket, _, again) => {
    socket.write('EHLO evil.test\r\nMAIL FROM:<evil@klient.test>\r\n');
    again(() => `RCPT TO:<guess${Math.random()}@firma.test>\r\n`);
  },
  // Begins TLS and says nonsense.
  (socket) => void socket.write(`EHLO evil.test\r\nSTARTTLS\r\n${'\x16\x03\x01\xff\xff'.repeat(50)}`, 'latin1'),
  // Asks and never reads the answers.
  (socket, _, again) => {
    socket.pause();
    again(() => 'NOOP\r\n'.repeat(10));
  },
  // Bytes.
  (_socket, _to, again) => again(() => String.fromCharCode(...Array.from({ length: 100 }, () => Math.random() * 256))),
  // Comes and goes.
  (socket) => void setTimeout(() => socket.resetAndDestroy(), 20),
];

/**
 * So many connections that never deliver anything, of all kinds, each from an address of its own beside 127.0.0.1; whenever one ends, it
 * comes again. Answers how often they came; ends with the test.
 */
export function hostileSenders(t: ExecutionContext<unknown>, port: number, to: string, count: number): () => number {
  const open = new Set<Socket>();
  let isOver = false;
  let came = 0;
  t.teardown(() => {
    isOver = true;
    for (const socket of open) socket.destroy();
  });
  const once = (n: number): Promise<void> => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.${1 + Math.floor(n / 250)}.${1 + (n % 250)}` });
    let timer: NodeJS.Timeout | undefined;
    const again = (what: () => string): void => {
      timer = setInterval(() => socket.writableNeedDrain || socket.write(what(), 'latin1'), 100);
    };
    came += 1;
    open.add(socket);
    socket.on('error', () => {});
    socket.on('connect', () => {
      socket.resume();
      KINDS[n % KINDS.length]?.(socket, to, again);
    });
    return new Promise((resolve) =>
      socket.on('close', () => {
        clearInterval(timer);
        open.delete(socket);
        resolve();
      }),
    );
  };
  const forEver = async (n: number): Promise<void> => {
    while (!isOver) {
      await once(n);
      await wait(AGAIN_MS);
    }
  };
  for (let n = 0; n < count; n += 1) void forEver(n);
  return () => came;
}
