import test from 'ava';
import { AVAILABILITIES } from '../../core/agents/types.ts';
import { accountsWeb } from '../support/accounts.ts';
import type { HttpClient } from '../support/http-client.ts';
import { pngOf } from '../support/png.ts';

const JAN = { firstName: 'Jan', lastName: 'Nowak', jobTitle: '', email: 'jan@firma.example', role: 'agent', language: 'pl' };

async function upload(client: HttpClient, path: string, content: Buffer, name = 'ja.png') {
  const form = new FormData();
  form.set('_csrf', client.csrf());
  form.set('picture', new Blob([new Uint8Array(content)], { type: 'image/png' }), name);
  return client.send('POST', path, form);
}

test('an agent gives himself a picture that stands in place of his initials, and he or an administrator takes it away', async (t) => {
  const web = await accountsWeb(t);
  const [ewa, jan] = [await web.agent('Ewa', 'administrator'), await web.agent('Jan')];
  t.regex((await jan.client.get('/profile')).text, /class="avatar avatar-sm [^"]*" aria-hidden="true">JN</);
  t.is((await jan.client.get(`/agents/${jan.id}/picture`)).status, 404);
  t.is((await upload(jan.client, '/profile/picture', pngOf(256, 256))).location, '/profile');
  const shown = (await ewa.client.get('/agents')).text;
  const [, address = ''] = /<img src="(\/agents\/\d+\/picture\?v=[0-9a-f]{12})" alt="">/.exec(shown) ?? [];
  const picture = await ewa.client.get(address);
  t.is(picture.headers.get('content-type'), 'image/png');
  t.is(picture.headers.get('cache-control'), 'private, max-age=31536000, immutable');
  t.is(picture.headers.get('x-content-type-options'), 'nosniff');
  t.is((await web.visitor().get(address)).status, 303, 'for those who are logged in');
  await jan.client.get('/profile');
  t.is((await jan.client.post('/profile/picture/removal')).location, '/profile');
  t.false((await jan.client.get('/profile')).text.includes('/picture?v='));
  await upload(jan.client, '/profile/picture', pngOf(64, 64));
  t.is((await ewa.client.post(`/agents/${jan.id}/picture/removal`)).location, '/agents');
  t.is((await jan.client.get(`/agents/${jan.id}/picture`)).status, 404);
  t.is((await jan.client.post(`/agents/${ewa.id}/picture/removal`)).status, 403);
  t.is((await web.scope.db('pictures')).length, 0);
});

test('a picture that is none, too large or not square is refused with the reason, and the one before stays', async (t) => {
  const web = await accountsWeb(t);
  const { client, id } = await web.agent('Jan');
  await client.get('/profile');
  await upload(client, '/profile/picture', pngOf(64, 64));
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  for (const [content, text] of [
    [svg, 'To nie jest obraz PNG, JPEG ani WebP.'],
    [Buffer.alloc(0), 'To pole jest wymagane.'],
    [pngOf(100, 50), 'Zdjęcie musi być kwadratowe.'],
    [pngOf(600, 600), 'Zdjęcie jest za duże'],
    [Buffer.concat([pngOf(64, 64), Buffer.alloc(1_000_001)]), 'Zdjęcie jest za duże'],
  ] as const) {
    const answer = await upload(client, '/profile/picture', content, 'x.png');
    t.is(answer.status, 422, text);
    t.true(answer.text.includes(text), text);
  }
  t.is((await client.get(`/agents/${id}/picture`)).status, 200);
});

test('the company’s logo stands on every page and before log-in, for whoever is there', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa', 'administrator');
  await client.get('/settings');
  t.is((await web.visitor().get('/logo')).status, 404);
  t.true((await upload(client, '/settings/logo', pngOf(1_100, 20))).text.includes('Logo jest za duże'));
  t.is((await upload(client, '/settings/logo', pngOf(400, 120))).location, '/settings');
  const login = await web.visitor().get('/login');
  const [, address = ''] = /<img class="brand-logo" src="(\/logo\?v=[0-9a-f]{12})"/.exec(login.text) ?? [];
  t.is((await web.visitor().get(address)).headers.get('content-type'), 'image/png');
  t.true((await client.get('/profile')).text.includes(address));
  await client.get('/settings');
  await client.post('/settings/logo/removal');
  t.false((await client.get('/profile')).text.includes('brand-logo'));
});

test('an agent says that he is busy or away, with an end that ends it, and how long his browser rings', async (t) => {
  const web = await accountsWeb(t);
  const { client, id } = await web.agent('Jan');
  await client.get('/profile');
  t.is(
    (await client.post('/profile/availability', { availability: 'busy', until: 'hour', back: '/notifications' })).location,
    '/notifications',
  );
  t.regex((await client.get('/profile')).text, /avatar-sm [^"]*is-busy"[\s\S]*Zajęty do [^<]*12:00/);
  web.clock.now = new Date('2026-11-24T11:00:01.000Z');
  t.false((await client.get('/profile')).text.includes('is-busy'), 'its hour is over');
  for (const [until, end] of [
    ['day', '2026-11-24T23:00:00.000Z'],
    ['morning', '2026-11-25T07:00:00.000Z'],
    ['', null],
  ] as const) {
    await client.post('/profile/availability', { availability: 'away', until });
    t.like(await web.scope.db('agents').where({ id }).first(), { availability: 'away', available_again_at: end });
  }
  t.is((await client.post('/profile/availability', { availability: 'asleep' })).status, 422);
  await client.post('/profile/availability', { availability: 'available', until: 'hour' });
  t.like(await web.scope.db('agents').where({ id }).first(), { availability: 'available', available_again_at: null });
  t.deepEqual([...AVAILABILITIES], ['available', 'busy', 'away']);
  t.is((await client.post('/profile/ring', { ring: 'long' })).location, '/profile');
  t.regex((await client.get('/profile')).text, /value="long" id="f-ring-long" checked/);
});

test('an administrator may set how many active users there are at most; by itself there is no limit', async (t) => {
  const web = await accountsWeb(t);
  const [{ client }, jan] = [await web.agent('Ewa', 'administrator'), await web.agent('Jan')];
  t.true((await client.get('/agents')).text.includes('2 użytkowników'));
  t.is((await client.post('/agents/limit', { limit: '0' })).status, 422);
  t.is((await client.post('/agents/limit', { limit: '2' })).location, '/agents');
  t.true((await client.get('/agents')).text.includes('aktywnych 2 z 2'));
  await client.get('/agents/new');
  const third = { ...JAN, email: 'trzeci@firma.example', access: 'invitation' };
  const refused = await client.post('/agents', third);
  t.is(refused.status, 422);
  t.true(refused.text.includes('Osiągnięto limit użytkowników.'));
  await client.post(`/agents/${jan.id}/status`, { status: 'disabled' });
  t.is((await client.post('/agents', third)).status, 200);
  t.true((await client.post(`/agents/${jan.id}/status`, { status: 'active' })).text.includes('Osiągnięto limit użytkowników.'));
  await client.post('/agents/limit', { limit: '' });
  t.is((await client.post(`/agents/${jan.id}/status`, { status: 'active' })).location, '/agents');
});
