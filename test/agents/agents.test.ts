import test from 'ava';
import { ensureAdmin } from '../../core/agents/ensure-admin.ts';
import { listAgents } from '../../core/agents/list-agents.ts';
import { footerOf } from '../../core/footers/save.ts';
import type { AgentId } from '../../core/lib/ids.ts';
import type { SafeHtml } from '../../core/lib/safe-html.ts';
import { accountsWeb, addAgent, logIn, PASSWORD } from '../support/accounts.ts';
import { scopeFor } from '../support/db.ts';

const JAN = { firstName: 'Jan', lastName: 'Kowal', jobTitle: 'Serwis', email: 'jan.kowal@firma.example', role: 'agent', language: 'pl' };

test('an administrator adds a user with a password, who logs in at once', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa', 'administrator');
  await client.get('/agents/new');
  const answer = await client.post('/agents', { ...JAN, access: 'password', password: PASSWORD });
  t.is(answer.location, '/agents');
  const list = await client.get('/agents');
  for (const text of ['Jan Kowal', 'jan.kowal@firma.example', 'Serwis', '2 użytkowników', 'Dodano użytkownika: Jan Kowal'])
    t.true(list.text.includes(text), text);
  t.is((await logIn(web.visitor(), JAN.email)).status, 303);
});

test('an invitation is mailed, sets the first password within seven days, and cannot be replaced by an empty one', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa', 'administrator');
  await client.get('/agents/new');
  const answer = await client.post('/agents', { ...JAN, access: 'invitation' });
  t.true(answer.text.includes('Wysłano wiadomość na adres jan.kowal@firma.example'));
  const mail = web.mails[0];
  t.is(mail?.to.address, JAN.email);
  t.true(mail?.subject.includes('zaproszenie'));
  t.is((await logIn(web.visitor(), JAN.email, '')).status, 422);
  web.clock.now = new Date(web.clock.now.getTime() + 6.9 * 86_400_000);
  const link = new URL(/http\S+/.exec(mail?.text ?? '')?.[0] ?? '');
  const invited = web.visitor();
  t.true((await invited.get(link.pathname + link.search)).text.includes('Jan Kowal'));
  const token = link.searchParams.get('token') ?? '';
  t.is((await invited.post('/password-resets/choice', { token, password: PASSWORD, repeat: PASSWORD })).location, '/login');
  t.is((await logIn(invited, JAN.email)).status, 303);
});

test('when no mail can be sent the administrator gets the link to hand over', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa', 'administrator');
  web.post.works = false;
  await client.get('/agents/new');
  const answer = await client.post('/agents', { ...JAN, access: 'invitation' });
  t.regex(answer.text, /<code>http:\/\/centrala\.example\.test\/password-resets\/choice\?token=[a-z0-9]{32}<\/code>/);
});

test('the last active administrator can be neither disabled nor made an agent', async (t) => {
  const web = await accountsWeb(t);
  const ewa = await web.agent('Ewa', 'administrator');
  const eve = await addAgent(web.scope, 'Iza', 'administrator');
  await web.scope.db('agents').where({ id: eve }).update({ status: 'disabled' });
  await ewa.client.get(`/agents/${ewa.id}`);
  t.is((await ewa.client.post(`/agents/${ewa.id}/status`, { status: 'disabled' })).status, 409);
  t.is((await ewa.client.get('/profile')).status, 200);
  const [first] = await listAgents(web.scope);
  t.like(first, { role: 'administrator', status: 'active' });
});

test('two administrators who demote each other at once leave one', async (t) => {
  const web = await accountsWeb(t);
  const [ewa, iza] = [await web.agent('Ewa', 'administrator'), await web.agent('Iza', 'administrator')];
  const details = (name: string) => ({ ...JAN, firstName: name, email: `${name.toLowerCase()}@firma.example`, role: 'agent' });
  await ewa.client.get('/agents');
  await iza.client.get('/agents');
  const answers = await Promise.all([
    ewa.client.post(`/agents/${iza.id}`, details('Iza')),
    iza.client.post(`/agents/${ewa.id}`, details('Ewa')),
  ]);
  t.true(answers.some((answer) => answer.status === 303));
  const left = (await listAgents(web.scope)).filter((agent) => agent.role === 'administrator' && agent.status === 'active');
  t.is(left.length, 1);
});

test('a changed role ends the sessions of that user', async (t) => {
  const web = await accountsWeb(t);
  const boss = await web.agent('Ewa', 'administrator');
  const worker = await web.agent('Jan');
  await boss.client.get('/agents');
  const edit = { ...JAN, email: worker.email, role: 'administrator' };
  t.is((await boss.client.post(`/agents/${worker.id}`, edit)).location, '/agents');
  t.is((await worker.client.get('/profile')).status, 303);
  await logIn(worker.client, worker.email);
  t.is((await worker.client.get('/settings')).status, 200);
});

test('an e-mail belongs to one user only, whatever its capitals', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa', 'administrator');
  await client.get('/agents/new');
  const twice = await client.post('/agents', { ...JAN, email: 'EWA@Firma.Example', access: 'password', password: PASSWORD });
  t.is(twice.status, 422);
  t.true(twice.text.includes('Ten adres ma już inny użytkownik.'));
  t.true(twice.text.includes('value="Kowal"'));
  const jan = await addAgent(web.scope, 'Jan');
  t.is((await client.post(`/agents/${jan}`, { ...JAN, email: 'ewa@firma.example' })).status, 422);
});

test('wrong fields of a new user are named and nothing is stored', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa', 'administrator');
  await client.get('/agents/new');
  const cases: readonly (readonly [Record<string, string>, string])[] = [
    [{ email: 'nie adres' }, 'To nie jest adres e-mail'],
    [{ firstName: ' ' }, 'To pole jest wymagane.'],
    [{ lastName: 'x'.repeat(101) }, 'Ten tekst jest za długi.'],
    [{ role: 'owner' }, 'Tej wartości nie można przyjąć.'],
    [{ language: 'xx' }, 'Tej wartości nie można przyjąć.'],
    [{ password: 'krótkie' }, 'Hasło musi mieć co najmniej 10 znaków.'],
    [{ password: 'jan.kowal@firma.example' }, 'Hasło nie może składać się'],
    [{ password: 'password12345' }, 'To hasło zbyt łatwo odgadnąć.'],
    [{ access: 'magic' }, 'Tej wartości nie można przyjąć.'],
  ];
  for (const [wrong, text] of cases) {
    const answer = await client.post('/agents', { ...JAN, access: 'password', password: PASSWORD, ...wrong });
    t.is(answer.status, 422, JSON.stringify(wrong));
    t.true(answer.text.includes(text), `${JSON.stringify(wrong)}: ${text}`);
  }
  t.is((await listAgents(web.scope)).length, 1);
});

test('a new user gets his footer with his account, and one that cannot be sent makes no account', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa', 'administrator');
  t.regex((await client.get('/agents/new')).text, /name="text"[\s\S]*data-put="\{\{ agent\.name \}\}"/);
  const jan = { ...JAN, access: 'password', password: PASSWORD };
  const wrong = await client.post('/agents', { ...jan, text: 'Dla {{ contact.name }}' });
  t.true(wrong.status === 422 && wrong.text.includes('nieznana zmienna') && wrong.text.includes('Dla {{ contact.name }}'));
  t.is((await listAgents(web.scope)).length, 1);
  const footer = { text: 'Jan Kowal', html: '<div><b>{{ agent.name }}</b><script>x</script></div>' };
  t.is((await client.post('/agents', { ...jan, ...footer })).location, '/agents');
  const made = (await listAgents(web.scope)).find(({ email }) => email === JAN.email);
  t.deepEqual(await footerOf(web.scope, { agentId: made?.id as AgentId }), {
    text: '{{ agent.name }}',
    html: '<div><b>{{ agent.name }}</b></div>' as SafeHtml,
  });
});

test('names are shown as text, never as markup', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa', 'administrator');
  await client.get('/agents/new');
  await client.post('/agents', {
    ...JAN,
    firstName: '<img src=x onerror=alert(1)>',
    lastName: '"><script>',
    access: 'password',
    password: PASSWORD,
  });
  for (const path of ['/agents', '/agents/2']) {
    const page = await client.get(path);
    t.false(/<img src=x|"><script>/.test(page.text), path);
    t.true(page.text.includes('&lt;img src=x'), path);
  }
});

test('an ordinary user gets 403 on every settings address and on every change', async (t) => {
  const web = await accountsWeb(t);
  await web.agent('Ewa', 'administrator');
  const { client } = await web.agent('Jan');
  await client.get('/profile');
  const routes = web.routes.filter((route) => route.may === 'administrator');
  t.true(routes.length >= 10);
  for (const { method, path } of routes) {
    const address = path.replace(/:\w+/g, '1');
    const answer =
      method === 'GET' ? await client.get(address) : await client.send(method, address, new URLSearchParams({ _csrf: client.csrf() }));
    t.is(answer.status, 403, `${method} ${path}`);
  }
  const profile = await client.get('/profile');
  t.false(profile.text.includes('href="/settings"') || profile.text.includes('href="/agents"'));
});

test('the administrator of the environment is made at first start and never again', async (t) => {
  const scope = await scopeFor(t);
  t.truthy(await ensureAdmin(scope, { email: 'Szef@Firma.example', password: PASSWORD }));
  t.is(await ensureAdmin(scope, { email: 'inny@firma.example', password: PASSWORD }), null);
  const agents = await listAgents(scope);
  t.is(agents.length, 1);
  t.like(agents[0], { email: 'szef@firma.example', role: 'administrator', firstName: 'Szef' });
  await t.throwsAsync(ensureAdmin(await scopeFor(t), { email: 'szef@firma.example', password: 'szefszefszef' }), { code: 'invalid' });
});
