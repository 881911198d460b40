import test from 'ava';
import { listAgents } from '../../core/agents/list-agents.ts';
import { accountsWeb, logIn, PASSWORD } from '../support/accounts.ts';

const NEW = 'inne dobre zdanie';
const ME = { firstName: 'Ewa', lastName: 'Zielińska', jobTitle: 'Sprzedaż', language: 'en' };

test('a user changes his own details and nothing that is not his to change', async (t) => {
  const web = await accountsWeb(t);
  const { client, email } = await web.agent('Ewa');
  await client.get('/profile');
  const more = {
    role: 'administrator',
    status: 'disabled',
    id: '99',
    email: 'evil@x.example',
    password_hash: 'x',
    is_admin: '1',
    theme: 'dark',
    created_at: '1',
  };
  t.is((await client.post('/profile', { ...ME, ...more })).location, '/profile');
  const [agent] = await listAgents(web.scope);
  t.like(agent, { ...ME, role: 'agent', status: 'active', email, theme: 'auto', id: agent?.id });
  t.is((await client.get('/agents')).status, 403);
  t.is((await logIn(web.visitor(), email)).status, 303);
});

test('a new password needs the old one, ends all other sessions and keeps this one under a new id', async (t) => {
  const web = await accountsWeb(t);
  const { client, email } = await web.agent('Ewa');
  const elsewhere = web.visitor();
  await logIn(elsewhere, email);
  await client.get('/profile');
  const before = client.cookies.get('session') ?? '';
  t.is((await client.post('/profile/password', { old: 'nie to hasło', password: NEW, repeat: NEW })).status, 422);
  t.is((await client.post('/profile/password', { old: PASSWORD, password: NEW, repeat: 'inaczej' })).status, 422);
  t.is((await elsewhere.get('/profile')).status, 200);
  t.is((await client.post('/profile/password', { old: PASSWORD, password: NEW, repeat: NEW })).location, '/profile');
  t.is((await client.get('/profile')).status, 200);
  t.is((await elsewhere.get('/profile')).status, 303);
  const thief = web.visitor();
  thief.cookies.set('session', before);
  t.is((await thief.get('/profile')).status, 303);
  t.is((await logIn(web.visitor(), email, PASSWORD)).status, 422);
  t.is((await logIn(web.visitor(), email, NEW)).status, 303);
});

test('a stolen session cannot be used to guess the password', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa');
  await client.get('/profile');
  const guess = () => client.post('/profile/password', { old: 'strzał', password: NEW, repeat: NEW });
  for (let i = 0; i < 5; i++) t.is((await guess()).status, 422);
  const refused = await guess();
  t.is(refused.status, 429);
  t.is(refused.headers.get('retry-after'), '2');
});

test('a new e-mail needs the password and must be free', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa');
  await web.agent('Jan');
  await client.get('/profile');
  t.is((await client.post('/profile/email', { email: 'nowa@firma.example', current: 'nie to' })).status, 422);
  t.is((await client.post('/profile/email', { email: 'jan@firma.example', current: PASSWORD })).status, 422);
  t.is((await client.post('/profile/email', { email: 'nowa@firma.example', current: PASSWORD })).location, '/profile');
  t.is((await client.get('/profile')).status, 200);
  t.is((await logIn(web.visitor(), 'nowa@firma.example')).status, 303);
});

test('log out everywhere ends every session at once', async (t) => {
  const web = await accountsWeb(t);
  const { client, email } = await web.agent('Ewa');
  const elsewhere = web.visitor();
  await logIn(elsewhere, email);
  t.true((await client.get('/profile')).text.includes('to urządzenie'));
  t.is((await client.post('/profile/logout-everywhere')).location, '/login');
  for (const browser of [client, elsewhere]) t.is((await browser.get('/profile')).status, 303);
});

test('the look is chosen from anywhere and comes back there', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa');
  await client.get('/profile');
  t.is((await client.post('/profile/theme', { theme: 'dark', back: '/conversations/7' })).location, '/conversations/7');
  t.is((await client.post('/profile/theme', { theme: 'dark', back: 'https://evil.example' })).location, '/profile');
  t.true((await client.get('/profile')).text.includes('data-bs-theme="dark"'));
  t.is((await client.post('/profile/theme', { theme: 'pink' })).status, 422);
});

test('lists, objects and numbers in place of texts are 4xx in every form, never a bug', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa', 'administrator');
  await client.get('/profile');
  const values: readonly unknown[] = [null, true, 42, [], ['a'], {}, { $ne: null }, { toString: 'x' }];
  const names = [
    'firstName',
    'lastName',
    'email',
    'language',
    'password',
    'old',
    'current',
    'repeat',
    'role',
    'status',
    'theme',
    'back',
    'next',
    'token',
    'access',
    'terms',
    'companyName',
  ];
  const forms = web.routes.filter((route) => route.method === 'POST' && !/logout|setup\/inbox/.test(route.path));
  const type = { 'content-type': 'application/json' };
  for (const { path } of forms) {
    for (const value of values) {
      const body = JSON.stringify(Object.fromEntries(names.map((name) => [name, value])));
      const answer = await client.send('POST', path.replace(/:\w+/g, '999'), body, { ...type, 'x-csrf-token': client.csrf() });
      t.true(answer.status < 500, `${path} ${body.slice(0, 40)}: ${answer.status}`);
    }
  }
  for (const id of ['0', '-1', '1.5', '1e3', 'NaN', 'null', '%27', '99999999999999999999', '1%00', '[object%20Object]'])
    t.is((await client.get(`/agents/${id}`)).status, 404, id);
});
