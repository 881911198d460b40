import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import Koa from 'koa';
import { type BodyTimes, watchBody } from '../../core/http/body-time.ts';
import { listen } from '../../core/http/listen.ts';

const TIMES: BodyTimes = { silentMs: 400, strangerMs: 1_200 };

/** A server that says of a body how long it was or why it was cut, and what a sender of `parts` at this pace learns of it. */
async function sendSlowly(t: ExecutionContext, isStranger: boolean, parts: number, paceMs: number): Promise<string> {
  const { promise: seen, resolve } = Promise.withResolvers<string>();
  const server = createServer(async (request, response) => {
    const isRead = watchBody(request, isStranger, TIMES);
    let bytes = 0;
    try {
      for await (const chunk of request) bytes += chunk.length;
      // Longer than silence may last, as a scan of the file is: what has come has come.
      await wait(TIMES.silentMs * 2);
      resolve(response.destroyed ? 'cut off' : `${bytes}`);
      isRead();
      response.end();
    } catch (error) {
      isRead();
      resolve(error instanceof Error && 'code' in error ? String(error.code) : 'failed');
    }
  });
  server.requestTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const socket = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1').on('error', () => {});
  t.teardown(() => {
    socket.destroy();
    server.close();
  });
  socket.write(`POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: ${parts * 10}\r\n\r\n`);
  for (let sent = 0; sent < parts && socket.writable; sent += 1) {
    await wait(paceMs);
    socket.write('x'.repeat(10));
  }
  return seen;
}

test('a file that comes slowly is taken to its end, a stranger’s body is cut off, and so is one whose sender is gone', async (t) => {
  const [known, stranger, gone] = await Promise.all([
    sendSlowly(t, false, 20, 100),
    sendSlowly(t, true, 20, 100),
    sendSlowly(t, false, 2, 900),
  ]);
  t.is(known, '200', 'for longer than a stranger may');
  t.is(stranger, 'bad_request');
  t.is(gone, 'bad_request');
});

test('the server itself cuts off no request that keeps coming', async (t) => {
  const server = await listen(new Koa(), 0, '127.0.0.1');
  t.teardown(() => server.close());
  t.is(server.requestTimeout, 0);
  t.true(server.headersTimeout > 0, 'but one whose head never ends');
});
