import test from 'ava';
import { passwordLinkFor } from '../../core/cli/reset-password.ts';
import { makePasswordLink } from '../../core/password-resets/make-link.ts';
import { accountsWeb, addAgent, logIn, PASSWORD } from '../support/accounts.ts';
import type { HttpClient } from '../support/http-client.ts';
import { until } from '../support/until.ts';

const NEW = 'inne dobre zdanie';
const bare = (text: string): string => text.replace(/name="_csrf" value="[^"]*"|X-CSRF-Token":"[^"]*"/g, '');

async function ask(client: HttpClient, email: string, headers: Record<string, string> = {}) {
  await client.get('/password-resets/new');
  return client.post('/password-resets', { email }, headers);
}
const pathOf = (link: string): string => new URL(link).pathname + new URL(link).search;

async function choose(client: HttpClient, link: string, password = NEW, repeat = password) {
  await client.get(pathOf(link));
  return client.post('/password-resets/choice', { token: new URL(link).searchParams.get('token') ?? '', password, repeat });
}

test('a known and an unknown address get the very same answer, and only the known one gets mail', async (t) => {
  const { scope, visitor, mails } = await accountsWeb(t);
  await addAgent(scope, 'Ewa');
  const known = await ask(visitor(), 'EWA@firma.example');
  const mail = await until('the mail is handed over', () => mails[0]);
  for (const email of ['nikt@firma.example', '', 'not an address', "' or 1=1 --", 'ewa@firma.example\r\nBcc: evil@x.example']) {
    const answer = await ask(visitor(), email);
    t.is(answer.status, known.status);
    t.is(bare(answer.text), bare(known.text));
  }
  t.is(mails.length, 1);
  t.deepEqual(mail.to, { address: 'ewa@firma.example', name: 'Ewa Nowak' });
  t.true(mail.text.includes('http://centrala.example.test/password-resets/choice?token='));
});

test('the link sets a password once, ends every session, and is dead afterwards', async (t) => {
  const { agent, visitor, mails } = await accountsWeb(t);
  const { client, email } = await agent('Ewa');
  await ask(visitor(), email);
  const link = /http\S+/.exec((await until('the mail', () => mails[0])).text)?.[0] ?? '';
  const form = await visitor().get(pathOf(link));
  t.is(form.status, 200);
  t.is(form.headers.get('referrer-policy'), 'no-referrer');
  t.is((await choose(visitor(), link, 'krótkie')).status, 422);
  t.is((await choose(visitor(), link, NEW, 'coś innego')).status, 422);
  t.is((await choose(visitor(), link)).location, '/login');
  t.is((await client.get('/profile')).status, 303);
  t.is((await logIn(visitor(), email, PASSWORD)).status, 422);
  t.is((await logIn(visitor(), email, NEW)).status, 303);
  t.is((await choose(visitor(), link, 'trzecie dobre zdanie')).status, 410);
  t.is((await visitor().get(pathOf(link))).status, 410);
});

test('of two people who use one link at once only one sets the password', async (t) => {
  const { scope, visitor } = await accountsWeb(t);
  await addAgent(scope, 'Ewa');
  const link = await passwordLinkFor(scope, 'ewa@firma.example', 'http://centrala.example.test');
  const answers = await Promise.all([1, 2, 3].map((n) => choose(visitor(), link, `${NEW} numer ${n}`)));
  t.deepEqual(answers.map((answer) => answer.status).sort(), [303, 410, 410]);
});

test('a link is dead after an hour, after a newer one, and when the agent is disabled', async (t) => {
  const web = await accountsWeb(t);
  const id = await addAgent(web.scope, 'Ewa');
  const link = () => passwordLinkFor(web.scope, 'ewa@firma.example', 'http://centrala.example.test');
  const [first, second] = [await link(), await link()];
  t.is((await web.visitor().get(pathOf(first))).status, 410);
  t.is((await web.visitor().get(pathOf(second))).status, 200);
  web.clock.now = new Date(web.clock.now.getTime() + 61 * 60_000);
  t.is((await web.visitor().get(pathOf(second))).status, 410);
  const third = await link();
  await web.scope.db('agents').where({ id }).update({ status: 'disabled' });
  t.is((await choose(web.visitor(), third)).status, 410);
});

test('a link is dead once its password or its address was changed in another way, or its agent was disabled in between', async (t) => {
  const web = await accountsWeb(t);
  const admin = await web.agent('Iga', 'administrator');
  const ewa = await web.agent('Ewa');
  const link = async (email = 'ewa@firma.example') => pathOf(await passwordLinkFor(web.scope, email, 'http://centrala.example.test'));
  const asAdmin = async (path: string, form: Record<string, string>) => {
    await admin.client.get(`/agents/${ewa.id}`);
    t.is((await admin.client.post(`/agents/${ewa.id}${path}`, form)).location, '/agents', path);
  };
  const isDead = async (path: string, why: string) => t.is((await web.visitor().get(path)).status, 410, why);
  const one = await link();
  await ewa.client.get('/profile');
  const own = { old: PASSWORD, password: NEW, repeat: NEW };
  t.is((await ewa.client.post('/profile/password', own)).status, 303);
  await isDead(one, 'she chose another password');
  const two = await link();
  await asAdmin('/password', { password: 'czwarte dobre zdanie' });
  await isDead(two, 'an administrator set a password');
  const three = await link();
  const details = { firstName: 'Ewa', lastName: 'Nowak', jobTitle: '', role: 'agent', language: 'pl' };
  await asAdmin('', { ...details, email: 'ewa.nowak@firma.example' });
  await isDead(three, 'it went to an address that is not hers');
  const four = await link('ewa.nowak@firma.example');
  await asAdmin('', { ...details, lastName: 'Nowak-Kos', email: 'ewa.nowak@firma.example' });
  t.is((await web.visitor().get(four)).status, 200, 'another name is nothing to it');
  for (const status of ['disabled', 'active']) await asAdmin('/status', { status });
  await isDead(four, 'she had left meanwhile');
});

test('a stranger who says that he forgot the password of somebody invited takes no invitation away', async (t) => {
  const { scope, visitor, mails, post } = await accountsWeb(t);
  const id = await addAgent(scope, 'Ewa', 'agent', null);
  const invitation = await makePasswordLink(scope, id, 'invitation', 'http://centrala.example.test');
  await ask(visitor(), 'ewa@firma.example');
  await until('the mail', () => mails[0]);
  t.is((await visitor().get(pathOf(invitation))).status, 200);
  post.works = false;
  await ask(visitor(), 'ewa@firma.example');
  await until('another link', async () => (await scope.db('password_resets')).length === 3 || null);
  t.is((await choose(visitor(), invitation)).location, '/login');
  const link = /http\S+/.exec(mails[0]?.text ?? '')?.[0] ?? '';
  t.is((await visitor().get(pathOf(link))).status, 410, 'with a password chosen no other link sets one');
});

test('a stranger who says that somebody forgot his password takes no link away that was handed over', async (t) => {
  const { scope, visitor, mails, post } = await accountsWeb(t);
  await addAgent(scope, 'Ewa');
  const handed = await passwordLinkFor(scope, 'ewa@firma.example', 'http://centrala.example.test');
  await ask(visitor(), 'ewa@firma.example');
  await until('the mail', () => mails[0]);
  t.is((await visitor().get(pathOf(handed))).status, 200);
  post.works = false;
  await ask(visitor(), 'ewa@firma.example');
  await until('another link', async () => (await scope.db('password_resets')).length === 3 || null);
  t.is((await choose(visitor(), handed)).location, '/login', 'where no mail leaves it is the only one');
  const link = /http\S+/.exec(mails[0]?.text ?? '')?.[0] ?? '';
  t.is((await visitor().get(pathOf(link))).status, 410, 'with a password chosen no other link sets one');
});

test('nothing but a token of ours opens the form', async (t) => {
  const { scope, visitor } = await accountsWeb(t);
  await addAgent(scope, 'Ewa', 'agent', null);
  const client = visitor();
  await client.get('/login');
  for (const token of ['', '%20', 'null', 'undefined', 'a'.repeat(32), 'A'.repeat(32), 'a'.repeat(61), '%00', "'%20or%201=1", '*', '%25'])
    t.is((await client.get(`/password-resets/choice?token=${token}`)).status, 410, token);
  for (const query of ['', '?token[]=a', '?token[$ne]=a']) t.is((await client.get(`/password-resets/choice${query}`)).status, 410, query);
  t.is((await client.get('/password-resets/choice?token=a&token=b')).status, 400);
  const type = { 'x-csrf-token': client.csrf(), 'content-type': 'application/json' };
  for (const token of [null, true, 0, [], {}, [''], { length: 32 }]) {
    const body = JSON.stringify({ token, password: NEW, repeat: NEW });
    t.is((await client.send('POST', '/password-resets/choice', body, type)).status, 410, body);
  }
});

const HOSTS: readonly Record<string, string>[] = [
  { 'x-forwarded-host': 'evil.example' },
  { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  { 'x-forwarded-server': 'evil.example' },
  { 'x-original-host': 'evil.example' },
  { 'x-host': 'evil.example' },
  { forwarded: 'host=evil.example' },
  { 'x-original-url': 'http://evil.example/' },
  { 'x-rewrite-url': 'http://evil.example/' },
  { 'x-http-host-override': 'evil.example' },
  { 'x-forwarded-prefix': '//evil.example' },
  { 'x-forwarded-port': '1@evil.example' },
  { 'x-forwarded-for': 'evil.example' },
];

test('no header of the request can change the address in the mail', async (t) => {
  const { scope, visitor, mails, clock } = await accountsWeb(t);
  await addAgent(scope, 'Ewa');
  for (const [index, headers] of HOSTS.entries()) {
    clock.now = new Date(clock.now.getTime() + 3 * 3_600_000);
    await ask(visitor(), 'ewa@firma.example', headers);
    await until(`mail ${index}`, () => mails.length === index + 1);
  }
  for (const mail of mails) {
    t.false(`${mail.text}${mail.html}`.includes('evil'));
    t.true(mail.html.includes('href="http://centrala.example.test/password-resets/choice?token='));
  }
});

test('one account is mailed three links and then must wait, one network asks ten times', async (t) => {
  const { scope, visitor, mails } = await accountsWeb(t);
  await addAgent(scope, 'Ewa');
  await addAgent(scope, 'Jan');
  for (let i = 0; i < 5; i++) t.is((await ask(visitor(), 'ewa@firma.example')).status, 200);
  await ask(visitor(), 'jan@firma.example');
  const to = (address: string): number => mails.filter((mail) => mail.to.address === address).length;
  // They are written beside each other, so Jan's may be there before Ewa's last.
  await until('the mails', () => to('jan@firma.example') === 1 && to('ewa@firma.example') >= 3);
  for (let i = 0; i < 4; i++) await ask(visitor(), `nikt${i}@firma.example`);
  const refused = await ask(visitor(), 'jan@firma.example');
  t.is(refused.status, 429);
  t.regex(refused.headers.get('retry-after') ?? '', /^\d+$/);
  t.is(to('ewa@firma.example'), 3);
});

test('the reset command makes a link for an active agent and for nobody else', async (t) => {
  const { scope, visitor } = await accountsWeb(t);
  await addAgent(scope, 'Ewa');
  const link = await passwordLinkFor(scope, 'Ewa@Firma.example', 'http://centrala.example.test');
  t.is((await choose(visitor(), link)).location, '/login');
  await t.throwsAsync(passwordLinkFor(scope, 'nikt@firma.example', ''), { code: 'not_found' });
  await t.throwsAsync(passwordLinkFor(scope, '', ''), { code: 'not_found' });
});
