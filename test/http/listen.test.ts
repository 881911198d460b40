import { connect } from 'node:net';
import test from 'ava';
import { web } from '../support/web.ts';

test('a quiet connection stays open for longer than proxies keep theirs, so that none of them sends into one that has just ended', async (t) => {
  const { base } = await web(t, []);
  const socket = connect(Number(new URL(base).port), '127.0.0.1');
  socket.write('GET /login HTTP/1.1\r\nHost: centrala.test\r\n\r\n');
  const [head] = (await new Promise<Buffer>((resolve) => socket.once('data', resolve))).toString().split('\r\n\r\n');
  socket.destroy();
  t.regex(head ?? '', /^Keep-Alive: timeout=150$/m);
});
