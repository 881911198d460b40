import test from 'ava';
import { TOP_FOLDER } from '../../core/folders/types.ts';
import { ADMIN, startApp } from '../support/app.ts';
import { chatOn, windowAt } from '../support/chat.ts';
import { httpClient, loggedInClient } from '../support/http-client.ts';
import { until } from '../support/until.ts';

test('a talk begins only while somebody is there who may answer in its folder; a running one goes on', async (t) => {
  const app = await startApp(t);
  await chatOn(app);
  const jan = await windowAt(app);
  t.true((await jan.http.get('/widget?lang=pl')).text.includes('class="is-talk"'));
  await jan.say('Halo');
  await jan.heard('Halo');
  await app.scope.db('agents').update({ availability: 'busy' });
  const closed = await until(
    'the door is closed',
    async () => {
      const page = (await jan.http.get('/widget?lang=pl')).text;
      return page.includes('class="is-talk"') ? null : page;
    },
    20_000,
  );
  t.true(closed.includes('Odpowiemy na podany adres e-mail'), 'the form');
  const now = await jan.look();
  t.false(now.isOpen);
  t.is(now.lines.length, 1, 'his talk is not taken away');
  t.is((await jan.say('Poczekam')).status, 200);
  await jan.heard('Poczekam');

  // He is there, but may only read in that folder.
  await app.scope.db('agents').update({ availability: 'available' });
  await until('the door is open', async () => (await jan.look()).isOpen, 20_000);
  await app.scope.db('folder_access').where({ folder_id: TOP_FOLDER }).update({ level: 1 });
  await until('it is closed again', async () => !(await jan.look()).isOpen, 20_000);
});

test('without the plugin, the inbox or the widget there is no chat, and the form is there as before', async (t) => {
  const app = await startApp(t);
  const id = await chatOn(app);
  const visitor = await windowAt(app);
  t.is((await visitor.http.get('/widget/chat')).status, 200);
  t.is((await visitor.http.get('/widget/chat.js')).headers.get('content-type'), 'text/javascript; charset=utf-8');
  const anna = await loggedInClient(app.base, ADMIN);
  await anna.get('/inboxes');
  await anna.post(`/inboxes/${id}/status`, { status: 'paused' });
  t.is((await visitor.http.get('/widget/chat')).status, 404);
  t.is((await visitor.say('x')).status, 404);
  t.false((await visitor.http.get('/widget')).text.includes('chat.js'));
  await anna.post(`/inboxes/${id}/status`, { status: 'open' });
  t.is((await visitor.http.get('/widget/chat')).status, 200);
  await anna.get('/plugins');
  await anna.post('/plugins/web-chat/state', { enabled: 'false' });
  t.is((await visitor.http.get('/widget/chat')).status, 404);
});

test('what a stranger sends is bounded: its length, its shape, how many talks one network begins, how fast one window writes', async (t) => {
  const app = await startApp(t);
  await chatOn(app);
  const jan = await windowAt(app);
  for (const [said, also] of [
    ['', {}],
    ['x'.repeat(4_001), {}],
    ['x', { key: 'short' }],
    ['x', { key: 'with space 1' }],
    ['x', { email: 'nothing' }],
    ['x', { name: 'x'.repeat(121) }],
  ] as const)
    t.is((await jan.say(said, also)).status, 422, JSON.stringify(also));
  t.is((await jan.say('\u0000<script>alert(1)</script>')).status, 200);
  await jan.heard('<script>alert(1)</script>');
  for (let n = 0; n < 20; n += 1) t.is((await jan.say(`Linia ${n}`)).status, 200, String(n));
  t.is((await jan.say('za szybko')).status, 429);

  const windows = await Promise.all([1, 2, 3, 4, 5].map(() => windowAt(app)));
  const begun: number[] = [];
  for (const one of windows) begun.push((await one.say('Dzień dobry')).status);
  t.deepEqual(begun, [200, 200, 200, 200, 429], 'five talks begin, his included');
});

test('how fast a window asks is bounded, each that talks for itself, and those of one network that do not talk together', async (t) => {
  const app = await startApp(t);
  await chatOn(app);
  const [jan, ewa, guest] = [await windowAt(app), await windowAt(app), await windowAt(app)];
  for (const one of [jan, ewa]) await one.say('Halo');
  const asks = ({ http, token }: typeof jan, path: string) => http.get(path, { 'X-Visitor': token });
  const paths = ['/widget/chat?after=0', '/widget/chat/waiting'];
  for (let n = 0; n < 60; n += 1) t.is((await asks(jan, paths[n % 2] ?? '')).status, 200, String(n));
  for (const path of [...paths, '/widget/chat/live']) {
    const refused = await asks(jan, path);
    t.is(refused.status, 429, path);
    t.true(['1', '2'].includes(refused.headers.get('retry-after') ?? ''));
  }
  t.is((await jan.say('Słowa nie czekają')).status, 200);
  t.is((await jan.look()).isKnown, true, 'a moment later');
  for (const path of paths) t.is((await asks(ewa, path)).status, 200);
  for (let n = 0; n < 300; n += 1) t.is((await asks(guest, '/widget/chat')).status, 200, String(n));
  for (const path of [...paths, '/widget/chat/live']) t.is((await asks({ ...guest, token: 'a'.repeat(32) }, path)).status, 429, path);
  t.is((await asks(ewa, '/widget/chat')).status, 200, 'who talks goes on');
});

test('nothing is taken without the token of our own page, and another page cannot ask in a visitor’s name', async (t) => {
  const app = await startApp(t);
  await chatOn(app);
  const jan = await windowAt(app);
  await jan.say('Tu Jan');
  const visitor = httpClient(app.base);
  const form = { key: 'abcdefgh01', text: 'x', _csrf: '' };
  t.is((await visitor.post('/widget/chat', form, { 'X-Visitor': jan.token })).status, 403);
  await visitor.get('/widget');
  const foreign = { Origin: 'https://zly.test', 'X-Visitor': jan.token };
  t.is((await visitor.post('/widget/chat', { ...form, _csrf: visitor.csrf() }, foreign)).status, 403);
  const asked = await fetch(`${app.base}/widget/chat`, {
    method: 'OPTIONS',
    headers: { Origin: 'https://zly.test', 'Access-Control-Request-Headers': 'x-visitor' },
  });
  t.is(asked.headers.get('access-control-allow-origin'), null);
  t.is((await visitor.get(`/widget/chat?token=${jan.token}`)).text.includes('Tu Jan'), false, 'an address opens nothing');
});
