import test from 'ava';
import { hashPassword } from '../../core/agents/password.ts';
import { forgetOldLinks, makePasswordLink } from '../../core/password-resets/make-link.ts';
import { endSessions, forgetOldSessions } from '../../core/sessions/end-sessions.ts';
import { accountsWeb, addAgent, logIn, PASSWORD } from '../support/accounts.ts';
import { until } from '../support/until.ts';

test('the right e-mail and password lead to where the visitor was going', async (t) => {
  const { scope, visitor } = await accountsWeb(t);
  await addAgent(scope, 'Ewa');
  const client = visitor();
  const answer = await logIn(client, ' EWA@firma.example ', PASSWORD, '/profile?a=1');
  t.is(answer.status, 303);
  t.is(answer.location, '/profile?a=1');
  t.is((await client.get('/profile')).status, 200);
  t.is((await client.get('/login')).location, '/');
});

test('a wrong password and an unknown address get the same answer', async (t) => {
  const { scope, visitor } = await accountsWeb(t);
  await addAgent(scope, 'Ewa');
  await addAgent(scope, 'Jan', 'agent', null);
  const bodies: string[] = [];
  for (const email of ['ewa@firma.example', 'nikt@firma.example', 'jan@firma.example', 'ewa']) {
    const answer = await logIn(visitor(), email, 'niewłaściwe hasło');
    t.is(answer.status, 422);
    t.true(answer.text.includes('Nieprawidłowy adres e-mail lub hasło.'));
    bodies.push(answer.text.replace(/name="_csrf" value="[^"]*"|X-CSRF-Token":"[^"]*"/g, '').replaceAll(email, ''));
  }
  t.is(new Set(bodies).size, 1);
});

test('log-in always makes a new session id, and the one before is dead', async (t) => {
  const { scope, visitor } = await accountsWeb(t);
  await addAgent(scope, 'Ewa');
  const [client, thief] = [visitor(), visitor()];
  await logIn(client, 'ewa@firma.example');
  const first = client.cookies.get('session') ?? '';
  thief.cookies.set('session', first);
  t.is((await thief.get('/profile')).status, 200);
  await client.get('/profile');
  await client.post('/login', { email: 'ewa@firma.example', password: PASSWORD, next: '/' });
  t.not(client.cookies.get('session'), first);
  t.is((await thief.get('/profile')).status, 303);
});

test('log-out ends the session on the server, not only in the browser', async (t) => {
  const { agent, visitor } = await accountsWeb(t);
  const { client } = await agent('Ewa');
  const thief = visitor();
  thief.cookies.set('session', client.cookies.get('session') ?? '');
  await client.get('/profile');
  const answer = await client.post('/logout');
  t.is(answer.location, '/login');
  t.false(client.cookies.has('session'));
  t.is((await thief.get('/profile')).location, '/login?next=%2Fprofile');
});

test('a session ends after seven days without use and after thirty days in any case', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa');
  const start = web.clock.now.getTime();
  const at = async (days: number): Promise<number> => {
    web.clock.now = new Date(start + days * 86_400_000);
    return (await client.get('/profile')).status;
  };
  for (const day of [6, 12, 18, 24, 29.9]) t.is(await at(day), 200);
  t.is(await at(30.1), 303);
  const idle = await web.agent('Jan');
  const again = web.clock.now.getTime();
  web.clock.now = new Date(again + 7.1 * 86_400_000);
  t.is((await idle.client.get('/profile')).status, 303);
});

test('looking at a page writes nothing, and the last visit is noted at most every five minutes', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa');
  const writes: string[] = [];
  web.scope.db.on('query', ({ sql }: { sql: string }) => /^(insert|update|delete)/i.test(sql) && writes.push(sql));
  for (let i = 0; i < 3; i++) await client.get('/profile');
  t.deepEqual(writes, []);
  web.clock.now = new Date(web.clock.now.getTime() + 6 * 60_000);
  for (let i = 0; i < 3; i++) await client.get('/profile');
  t.is(writes.length, 1);
});

test('the sixth wrong password must wait, the page says how long, and the right one works afterwards', async (t) => {
  const web = await accountsWeb(t);
  await addAgent(web.scope, 'Ewa');
  const client = web.visitor();
  for (let i = 0; i < 5; i++) t.is((await logIn(client, 'ewa@firma.example', 'zły strzał')).status, 422);
  const refused = await logIn(client, 'ewa@firma.example');
  t.is(refused.status, 429);
  t.is(refused.headers.get('retry-after'), '2');
  t.true(refused.text.includes('Spróbuj ponownie za 2 sekundy'));
  web.clock.now = new Date(web.clock.now.getTime() + 2_001);
  t.is((await logIn(client, 'ewa@firma.example')).status, 303);
});

test('a stranger who guesses for a day makes the owner wait a minute at most, and not at all where he logged in before', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa');
  const stranger = web.visitor();
  for (let i = 0; i < 12; i++) {
    await logIn(stranger, 'ewa@firma.example', `strzał ${i}`);
    web.clock.now = new Date(web.clock.now.getTime() + 61_000);
  }
  const wait = await logIn(stranger, 'ewa@firma.example', 'jeszcze jeden');
  t.is(wait.status, 422);
  await client.get('/profile');
  await client.post('/logout');
  t.is((await logIn(client, 'ewa@firma.example')).status, 303);
});

test('whoever guesses in the office makes its network wait, but nobody where he logged in before', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa');
  const guest = web.visitor();
  for (let i = 0; i < 20; i++) t.is((await logIn(guest, `nikt${i}@firma.example`, 'zły strzał')).status, 422);
  t.is((await logIn(guest, 'nikt@firma.example', 'zły strzał')).status, 429);
  t.is((await logIn(web.visitor(), 'ewa@firma.example')).status, 429, 'a browser that nobody knows');
  await client.get('/profile');
  await client.post('/logout');
  t.is((await logIn(client, 'ewa@firma.example')).status, 303);
});

test('a log-in that is under way while its password is changed lets nobody in', async (t) => {
  const web = await accountsWeb(t);
  const { id } = await web.agent('Ewa');
  const [thief, password_hash] = [web.visitor(), await hashPassword('inne dobre zdanie')];
  await thief.get('/login');
  let isAsked = false;
  web.scope.db.on('query', ({ sql }: { sql: string }) => {
    isAsked ||= /^select \* from .agents. where .email. =/i.test(sql);
  });
  const before = Array.from({ length: 20 }, () => hashPassword('ktoś był przed nim'));
  const answer = thief.post('/login', { email: 'ewa@firma.example', password: PASSWORD, next: '/' });
  await until('her password is being compared', () => isAsked || null);
  await web.scope.db('agents').where({ id }).update({ password_hash });
  await endSessions(web.scope, id);
  t.is((await answer).status, 422);
  t.is((await thief.get('/profile')).status, 303);
  await Promise.all(before);
});

test('the language switch works before and after log-in, and is remembered for the agent', async (t) => {
  const { agent, visitor } = await accountsWeb(t);
  const { client } = await agent('Ewa');
  const stranger = visitor();
  t.true((await stranger.get('/login', { 'accept-language': 'pl' })).text.includes('Zaloguj się'));
  const answer = await stranger.post('/language', { language: 'en', back: '/login?next=%2Fprofile' });
  t.is(answer.location, '/login?next=%2Fprofile');
  t.true((await stranger.get('/login')).text.includes('Log in'));
  await client.get('/profile');
  await client.post('/language', { language: 'en', back: '//evil.example' });
  client.cookies.delete('language');
  t.true((await client.get('/profile')).text.includes('My profile'));
  t.is((await client.post('/language', { language: 'de' })).status, 422);
});

test('terms and privacy policy are linked at the log-in form only when the operator wrote them', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa', 'administrator');
  t.false((await web.visitor().get('/login')).text.includes('href="/terms"'));
  t.is((await web.visitor().get('/terms')).status, 404);
  await client.get('/settings');
  const texts = {
    companyName: 'Firma',
    terms: 'Punkt 1\n\nPunkt <b>2</b>',
    privacy: 'https://firma.example/prywatnosc',
    defaultLanguage: 'pl',
  };
  t.is((await client.post('/settings', texts)).location, '/settings');
  const login = await web.visitor().get('/login');
  t.true(login.text.includes('href="/terms"') && login.text.includes('href="/privacy"'));
  t.true((await web.visitor().get('/terms')).text.includes('Punkt &lt;b&gt;2&lt;/b&gt;'));
  t.is((await web.visitor().get('/privacy')).location, 'https://firma.example/prywatnosc');
});

test('a disabled agent is out with his next click', async (t) => {
  const web = await accountsWeb(t);
  const boss = await web.agent('Ewa', 'administrator');
  const worker = await web.agent('Jan');
  t.is((await worker.client.get('/profile')).status, 200);
  await boss.client.get(`/agents/${worker.id}`);
  t.is((await boss.client.post(`/agents/${worker.id}/status`, { status: 'disabled' })).location, '/agents');
  t.is((await worker.client.get('/profile')).status, 303);
  t.is((await logIn(worker.client, worker.email)).status, 422);
});

test('sessions and links that were over a month ago are swept away, the others stay', async (t) => {
  const web = await accountsWeb(t);
  const { id } = await web.agent('Ewa');
  await makePasswordLink(web.scope, id, 'reset', 'http://centrala.example.test');
  const start = web.clock.now.getTime();
  web.clock.now = new Date(start + 59 * 86_400_000);
  t.is(await forgetOldSessions(web.scope), 0);
  t.is(await forgetOldLinks(web.scope), 1);
  web.clock.now = new Date(start + 61 * 86_400_000);
  await web.agent('Jan');
  t.is(await forgetOldSessions(web.scope), 1);
  t.is((await web.scope.db('sessions')).length, 1);
});
