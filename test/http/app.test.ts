import test, { type ExecutionContext } from 'ava';
import type { Route } from '../../core/http/context.ts';
import { httpClient } from '../support/http-client.ts';
import { signIn, web } from '../support/web.ts';

const databaseAway = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), { code: 'ECONNREFUSED' });

const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/open', may: 'public', handle: (ctx) => ctx.page('open') },
  { method: 'GET', path: '/mine', may: 'agent', handle: (ctx) => ctx.page('mine', { who: ctx.agent.id, actor: ctx.scope.actor }) },
  { method: 'GET', path: '/settings', may: 'administrator', handle: (ctx) => ctx.page('settings') },
  { method: 'POST', path: '/settings', may: 'administrator', handle: (ctx) => ctx.seeOther('/settings') },
  {
    method: 'POST',
    path: '/mine',
    may: 'agent',
    handle: (ctx) => {
      ctx.toast('Zapisano żółć');
      if (ctx.isFragment) ctx.fragment('part', { form: ctx.form });
      else ctx.seeOther('/mine');
    },
  },
  {
    method: 'GET',
    path: '/api/v1/things/:id',
    may: 'api',
    handle: (ctx) => {
      ctx.body = { who: ctx.agent.id, actor: ctx.scope.actor };
    },
  },
  { method: 'GET', path: '/away', may: 'public', handle: () => Promise.reject(databaseAway) },
  { method: 'GET', path: '/api/v1/away', may: 'api', handle: () => Promise.reject(databaseAway) },
  { method: 'GET', path: '/broken', may: 'public', handle: () => Promise.reject(new Error('secret detail')) },
];

async function visitors(t: ExecutionContext) {
  const { base } = await web(t, ROUTES);
  const [nobody, ordinary, administrator] = [httpClient(base), httpClient(base), httpClient(base)];
  signIn(ordinary, 2);
  signIn(administrator, 1);
  return { nobody, ordinary, administrator };
}

test('a page for agents sends a visitor without a session to the log-in form and remembers where he was going', async (t) => {
  const { nobody } = await visitors(t);
  const plain = await nobody.get('/mine?x=1');
  t.is(plain.status, 303);
  t.is(plain.location, '/login?next=%2Fmine%3Fx%3D1');
  const htmx = await nobody.get('/mine', { 'HX-Request': 'true', 'HX-Current-URL': 'https://evil.example/mine?y=2' });
  t.is(htmx.headers.get('hx-redirect'), '/login?next=%2Fmine%3Fy%3D2');
});

test('a form sent without a session leads to log-in and from there back to its page', async (t) => {
  const { nobody } = await visitors(t);
  const answer = await nobody.post('/mine', {}, { referer: 'https://evil.example/mine?x=1' });
  t.is(answer.location, '/login?next=%2Fmine%3Fx%3D1');
  t.is((await nobody.post('/mine')).location, '/login');
});

test('a handler knows the agent of the session and acts in his name', async (t) => {
  const { ordinary } = await visitors(t);
  const answer = await ordinary.get('/mine');
  t.is(answer.status, 200);
  t.true(answer.text.includes('"who":2,"actor":{"kind":"agent","id":2}'));
});

test('an agent gets 403 on an address for administrators, by reading and by writing', async (t) => {
  const { ordinary, administrator } = await visitors(t);
  const refused = await ordinary.get('/settings');
  t.is(refused.status, 403);
  t.true(refused.text.includes('errors.forbidden.title'));
  t.is((await ordinary.post('/settings')).status, 403);
  t.is((await administrator.get('/settings')).status, 200);
  t.is((await administrator.post('/settings')).location, '/settings');
});

test('an unknown address is a 404 page for everybody, and JSON below the API', async (t) => {
  const { nobody, ordinary } = await visitors(t);
  for (const client of [nobody, ordinary]) t.is((await client.get('/nothing/here')).status, 404);
  const api = await nobody.get('/api/v1/nothing');
  t.is(api.status, 404);
  t.is(JSON.parse(api.text).code, 'not_found');
  t.is((await nobody.get('/mine/%zz')).status, 404);
});

test('the API knows only Bearer keys and ignores cookies', async (t) => {
  const { administrator, nobody } = await visitors(t);
  const refused = await administrator.get('/api/v1/things/1');
  t.is(refused.status, 401);
  t.is(JSON.parse(refused.text).code, 'unauthorized');
  t.is(refused.headers.get('www-authenticate'), 'Bearer');
  const allowed = await nobody.get('/api/v1/things/1', { authorization: 'Bearer key-of-agent-number-2' });
  t.deepEqual(JSON.parse(allowed.text), { who: 2, actor: { kind: 'agent', id: 2 } });
  t.is((await nobody.get('/api/v1/things/1', { authorization: 'Bearer key-of-agent-number-9' })).status, 401);
  t.is((await nobody.get('/mine', { authorization: 'Bearer key-of-agent-number-2' })).status, 303);
});

test('a bug is shown as a reference number and nothing else', async (t) => {
  const logged: object[] = [];
  const { base } = await web(t, ROUTES, {
    log: { info: () => {}, warn: () => {}, error: (event, facts) => logged.push({ event, ...facts }) },
  });
  const answer = await httpClient(base).get('/broken');
  t.is(answer.status, 500);
  t.false(answer.text.includes('secret detail'));
  const reference = /"reference":"(\w+)"/.exec(answer.text)?.[1];
  t.like(logged[0], { event: 'request_failed', reference, error: 'secret detail', path: '/broken' });
});

test('while the database is away a page and the API answer 503, which is no bug', async (t) => {
  const logged: string[] = [];
  const { base } = await web(t, ROUTES, {
    log: { info: () => {}, warn: (event) => logged.push(event), error: (event) => logged.push(`error ${event}`) },
  });
  const page = await httpClient(base).get('/away');
  const answer = await httpClient(base).get('/api/v1/away', { authorization: 'Bearer key-of-agent-number-2' });
  t.is(page.status, 503);
  t.is(answer.status, 503);
  t.like(JSON.parse(answer.text), { code: 'temporary', reference: undefined });
  t.false(`${page.text}${answer.text}`.includes('10.0.0.1'));
  t.deepEqual(logged, ['request_put_off', 'request_put_off']);
});

test('a toast survives the redirect once, and travels inside a fragment', async (t) => {
  const { ordinary } = await visitors(t);
  await ordinary.get('/mine');
  await ordinary.post('/mine');
  t.true((await ordinary.get('/mine')).text.includes('"toasts":[{"text":"Zapisano żółć","kind":"done"}]'));
  t.true((await ordinary.get('/mine')).text.includes('"toasts":[]'));
  const headers = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };
  const fragment = await ordinary.post('/mine', { a: '1' }, headers);
  t.regex(fragment.text, /<hx-partial hx-target="#toasts" hx-swap="beforeend">.*Zapisano/);
});

test('every page carries the security headers, and HSTS only with TLS', async (t) => {
  const { nobody } = await visitors(t);
  const { headers } = await nobody.get('/open');
  t.regex(headers.get('content-security-policy') ?? '', /default-src 'self'.*frame-ancestors 'none'/);
  t.false(/unsafe/.test(headers.get('content-security-policy') ?? ''));
  t.is(headers.get('x-content-type-options'), 'nosniff');
  t.is(headers.get('referrer-policy'), 'same-origin');
  t.is(headers.get('x-dns-prefetch-control'), 'off');
  t.is(headers.get('strict-transport-security'), null);
  const secure = httpClient((await web(t, ROUTES, { publicUrl: 'https://centrala.example.test' })).base);
  const answer = await secure.get('/open');
  t.regex(answer.headers.get('strict-transport-security') ?? '', /max-age=31536000/);
  t.regex(answer.headers.getSetCookie().join(), /^__Host-visit=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
});

test('two routes for one address stop the start', async (t) => {
  const [route] = ROUTES;
  await t.throwsAsync(web(t, route ? [route, route] : []), { message: /two routes answer GET \/open/ });
});

const WHERE: Route = {
  method: 'GET',
  path: '/where',
  may: 'public',
  handle: (ctx) => {
    ctx.body = { ip: ctx.ip, secure: ctx.secure };
  },
};
const FORWARDED = { 'x-forwarded-for': '192.0.2.1, 198.51.100.7', 'x-forwarded-proto': 'https', 'x-remote-user': 'agent1@example.test' };

test('headers of a proxy mean nothing from a visitor', async (t) => {
  const client = httpClient((await web(t, [WHERE])).base);
  const answer = await client.get('/where', FORWARDED);
  t.deepEqual(JSON.parse(answer.text), { ip: '127.0.0.1', secure: false });
  t.is(answer.headers.get('strict-transport-security'), null);
});

test('a trusted proxy is believed about the address it saw itself, and about TLS', async (t) => {
  const client = httpClient((await web(t, [WHERE], { trustProxy: true })).base);
  const answer = await client.get('/where', FORWARDED);
  t.deepEqual(JSON.parse(answer.text), { ip: '198.51.100.7', secure: true });
  t.truthy(answer.headers.get('strict-transport-security'));
});
