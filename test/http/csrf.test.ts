import test, { type ExecutionContext } from 'ava';
import type { Route } from '../../core/http/context.ts';
import { createCookieJar } from '../../core/http/cookies.ts';
import { createCsrfGuard } from '../../core/http/csrf.ts';
import { createKeyring } from '../../core/lib/secrets.ts';
import { type HttpClient, httpClient } from '../support/http-client.ts';
import { signIn, web } from '../support/web.ts';

let changes = 0;
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;
const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/page', may: 'public', handle: (ctx) => ctx.page('page') },
  ...METHODS.map(
    (method): Route => ({
      method,
      path: '/thing',
      may: 'agent',
      handle: (ctx) => {
        changes += 1;
        ctx.seeOther('/page');
      },
    }),
  ),
  { method: 'POST', path: '/open', may: 'public', handle: (ctx) => ctx.seeOther('/page') },
  {
    method: 'POST',
    path: '/api/v1/things',
    may: 'api',
    handle: (ctx) => {
      ctx.body = {};
    },
  },
];

async function clients(t: ExecutionContext): Promise<{ base: string; mine: HttpClient; other: HttpClient; nobody: HttpClient }> {
  const { base } = await web(t, ROUTES, { publicUrl: 'https://centrala.example.test' });
  const [mine, other, nobody] = [httpClient(base), httpClient(base), httpClient(base)];
  for (const [client, id] of [
    [mine, 2],
    [other, 3],
  ] as const) {
    signIn(client, id);
    client.cookies.set('__Host-session', client.cookies.get('session') ?? '');
    client.cookies.delete('session');
  }
  for (const client of [mine, other, nobody]) await client.get('/page');
  return { base, mine, other, nobody };
}

test.serial('no change happens without the token of this very session', async (t) => {
  const { mine, other, nobody } = await clients(t);
  changes = 0;
  const wrong = ['', 'x', '.', 'a.b', other.csrf(), nobody.csrf(), `${mine.csrf()}x`, mine.csrf().split('.')[1] ?? '', 'null', 'undefined'];
  for (const token of wrong) {
    t.is((await mine.post('/thing', { _csrf: token })).status, 403, `field ${token}`);
    if (token) t.is((await mine.post('/thing', {}, { 'x-csrf-token': token })).status, 403, `header ${token}`);
  }
  for (const method of METHODS) t.is((await mine.send(method, '/thing', null)).status, 403, method);
  const json = { 'content-type': 'application/json' };
  for (const body of ['{}', '{"_csrf":null}', '{"_csrf":["x"]}', '{"_csrf":{"a":1}}', '{"_csrf":true}'])
    t.is((await mine.send('POST', '/thing', body, json)).status, 403, body);
  t.is(changes, 0);
});

test.serial('the token is accepted in the form field and, for htmx, in the header', async (t) => {
  const { mine } = await clients(t);
  changes = 0;
  t.is((await mine.post('/thing')).status, 303);
  for (const method of METHODS) t.is((await mine.send(method, '/thing', null, { 'x-csrf-token': mine.csrf() })).status, 303, method);
  const form = new FormData();
  form.set('_csrf', mine.csrf());
  t.is((await mine.send('POST', '/thing', form)).status, 303);
  t.is(changes, 6);
});

test.serial('a token is different in every page and all of them work', async (t) => {
  const { mine } = await clients(t);
  const tokens = new Set<string>();
  for (let i = 0; i < 3; i++) {
    await mine.get('/page');
    tokens.add(mine.csrf());
  }
  t.is(tokens.size, 3);
  for (const _csrf of tokens) t.is((await mine.post('/thing', { _csrf })).status, 303);
});

const STRANGE_ORIGINS = [
  'https://evil.example',
  'http://evil.example',
  'null',
  'https://centrala.example.test.evil.example',
  'https://evil.example/centrala.example.test',
  'https://centrala.example.test@evil.example',
  'https://centrala.example.test:8443',
  'file://',
  'chrome-extension://abcdefgh',
  'https://',
  'centrala.example.test',
  'javascript:alert(1)',
  'http://127.0.0.1:1',
  'http://localhost',
];

test.serial('a form of another origin is refused even with the right token', async (t) => {
  const { mine } = await clients(t);
  changes = 0;
  for (const origin of STRANGE_ORIGINS) t.is((await mine.post('/thing', {}, { origin })).status, 403, origin);
  for (const site of ['cross-site', 'same-site', 'unknown'])
    t.is((await mine.post('/thing', {}, { 'sec-fetch-site': site })).status, 403, site);
  t.is(changes, 0);
});

test.serial('forms from the public address and from the address in use pass', async (t) => {
  const { base, mine } = await clients(t);
  for (const origin of ['https://centrala.example.test', base]) t.is((await mine.post('/thing', {}, { origin })).status, 303, origin);
  t.is((await mine.post('/thing', {}, { 'sec-fetch-site': 'same-origin' })).status, 303);
});

test.serial('a form before log-in needs the token of its own signed cookie', async (t) => {
  const { nobody, mine } = await clients(t);
  t.is((await nobody.post('/open')).status, 303);
  t.is((await nobody.post('/open', { _csrf: mine.csrf() })).status, 403);
  const cookie = nobody.cookies.get('__Host-visit') ?? '';
  for (const forged of ['', 'a.b', `${cookie}x`, `x${cookie}`, cookie.split('.')[0] ?? '']) {
    nobody.cookies.set('__Host-visit', forged);
    t.is((await nobody.post('/open')).status, 403, forged);
  }
});

test.serial('an address that changes something answers no GET and no HEAD', async (t) => {
  const { mine } = await clients(t);
  changes = 0;
  for (const method of ['GET', 'HEAD', 'OPTIONS']) {
    const answer = await mine.send(method, `/thing?_csrf=${mine.csrf()}`, null, {
      'x-csrf-token': mine.csrf(),
      'x-http-method-override': 'POST',
    });
    t.true(answer.status >= 400, method);
  }
  t.is((await mine.get(`/thing?_method=POST&_csrf=${mine.csrf()}`)).status, 404);
  t.is(changes, 0);
});

test.serial('the API needs no token, because it takes no cookies', async (t) => {
  const { nobody, mine } = await clients(t);
  const key = { authorization: 'Bearer key-of-agent-number-2' };
  t.is((await nobody.send('POST', '/api/v1/things', null, key)).status, 200);
  t.is((await mine.send('POST', '/api/v1/things', null, { 'x-csrf-token': mine.csrf() })).status, 401);
});

test('the token of a framed page is good for a week, and no other text is one', (t) => {
  const guard = createCsrfGuard(createKeyring('a secret of the csrf test, long enough'), createCookieJar('http://x.test'), 'http://x.test');
  const made = new Date('2026-11-28T10:00:00Z');
  const token = guard.frameToken(made);
  const after = (hours: number): Date => new Date(made.getTime() + hours * 3_600_000);
  t.true(guard.isFrameToken(token, made));
  t.true(guard.isFrameToken(token, after(167)));
  t.false(guard.isFrameToken(token, after(168)));
  t.false(guard.isFrameToken(token, after(-1)), 'of tomorrow');
  const [salt = '', signature = ''] = token.split('.');
  const younger = `${after(100).getTime().toString(36)}-${salt.split('-')[1]}.${signature}`;
  for (const wrong of ['', '.', `${salt}.`, `x${token}`, younger, null, 7, [token], 'a'.repeat(300)])
    t.false(guard.isFrameToken(wrong, made), String(wrong));
  const other = createCsrfGuard(createKeyring('another secret of the csrf test, long'), createCookieJar('http://x.test'), 'http://x.test');
  t.false(other.isFrameToken(token, made));
});
