import test from 'ava';
import { createStream } from '../../core/events/stream.ts';
import { liveRoutes } from '../../core/live/routes.ts';
import { httpClient } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { signIn, web } from '../support/web.ts';

test('of one agent so many live streams stay open; one more ends his oldest, which comes again after a minute, and nobody else’s', async (t) => {
  const stream = createStream();
  t.teardown(() => stream.close());
  const routes = liveRoutes({ stream, audience: async (names) => () => names, isAlive: async () => true, most: 2 });
  const { base } = await web(t, routes);
  const open = async (agentId: number) => {
    const client = httpClient(base);
    signIn(client, agentId);
    const over = new AbortController();
    t.teardown(() => over.abort());
    const answer = await fetch(`${base}/live`, { headers: { cookie: `session=${client.cookies.get('session')}` }, signal: over.signal });
    const heard = { text: '', isOver: false, leave: () => over.abort() };
    const read = async (): Promise<void> => {
      for await (const text of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) heard.text += text;
    };
    const end = (): void => {
      heard.isOver = true;
    };
    void read().then(end, end);
    await until('it is open', () => heard.text.includes('event: opened'));
    return heard;
  };
  const others = await open(3);
  const [first, second, third] = [await open(2), await open(2), await open(2)];
  await until('the oldest is over', () => first.isOver);
  t.true(first.text.endsWith('retry: 60000\n\n'), first.text);
  t.deepEqual([second.isOver, third.isOver, others.isOver], [false, false, false]);
  third.leave();
  await until('two are left', () => stream.listeners() === 2);
  const fourth = await open(2);
  t.deepEqual([second.isOver, fourth.isOver], [false, false], 'one that was closed makes room');
  stream.poke(['conversations']);
  for (const one of [second, fourth, others]) await until('it hears', () => one.text.includes('data: conversations'));
});
