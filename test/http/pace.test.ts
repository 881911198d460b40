import test from 'ava';
import type { PageContext } from '../../core/http/context.ts';
import { createPace } from '../../core/http/pace.ts';
import { TooManyError } from '../../core/lib/rate-limit.ts';
import { httpClient } from '../support/http-client.ts';
import { web } from '../support/web.ts';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 28) + seconds * 1_000);

test('who was quiet may make a minute’s calls at once, then as many as the minute has, and others are not held up', (t) => {
  const pace = createPace(60);
  for (let call = 0; call < 60; call += 1) pace(1, at(0));
  const refused = t.throws<TooManyError>(() => pace(1, at(0.25)), { instanceOf: TooManyError });
  t.is(refused?.retryAfterSeconds, 1);
  t.throws(() => pace(1, at(0.5)), { code: 'too_many' });
  t.notThrows(() => pace(1, at(1)), 'what was refused has cost nothing');
  t.throws(() => pace(1, at(1)));
  t.notThrows(() => pace(2, at(1)));
  for (let call = 0; call < 60; call += 1) pace(1, at(3_600));
  t.throws(() => pace(1, at(3_600)), { code: 'too_many' }, 'an hour of quiet is worth a minute');
});

test('without a number there is no limit', (t) => {
  const pace = createPace(0);
  for (let call = 0; call < 10_000; call += 1) pace(1, at(0));
  t.pass();
});

test('a program that calls too often is told so and when to come again, and no page is held up by it', async (t) => {
  const handle = (ctx: PageContext): void => {
    ctx.body = {};
  };
  const { base } = await web(
    t,
    [
      { method: 'GET', path: '/api/v1/thing', may: 'api', handle },
      { method: 'GET', path: '/thing', may: 'public', handle },
    ],
    { apiPerMinute: 2 },
  );
  const client = httpClient(base);
  const ask = (key = 'key-of-agent-number-2') => client.get('/api/v1/thing', { authorization: `Bearer ${key}` });
  t.deepEqual([(await ask()).status, (await ask()).status], [200, 200]);
  const refused = await ask();
  t.is(refused.status, 429);
  t.is(JSON.parse(refused.text).code, 'too_many');
  t.true(Number(refused.headers.get('retry-after')) > 20 && Number(refused.headers.get('retry-after')) <= 30);
  t.is((await ask('key-of-agent-number-9')).status, 401);
  t.is((await client.get('/thing')).status, 200);
});
