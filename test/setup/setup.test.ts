import test from 'ava';
import { listAgents } from '../../core/agents/list-agents.ts';
import { readGeneral } from '../../core/settings/general.ts';
import { newSetupToken } from '../../core/setup/token.ts';
import { accountsWeb, addAgent, logIn, PASSWORD } from '../support/accounts.ts';

const FORM = {
  companyName: 'Rowery Nowak',
  firstName: 'Ewa',
  lastName: 'Nowak',
  email: 'ewa@rowery.example',
  password: PASSWORD,
  repeat: PASSWORD,
  language: 'pl',
};

test('the printed address leads to the first administrator, logged in, and works once', async (t) => {
  const { scope, visitor } = await accountsWeb(t);
  const token = (await newSetupToken(scope)) ?? '';
  const client = visitor();
  t.is((await client.get(`/setup?token=${token}`)).status, 200);
  t.is((await client.post('/setup', { ...FORM, token })).location, '/setup/inbox');
  t.is((await client.get('/profile')).status, 200);
  t.like((await listAgents(scope))[0], { email: 'ewa@rowery.example', role: 'administrator', status: 'active' });
  t.is((await readGeneral(scope)).companyName, 'Rowery Nowak');
  const late = visitor();
  t.is((await late.get(`/setup?token=${token}`)).location, '/login');
  await late.get('/login');
  t.is((await late.post('/setup', { ...FORM, email: 'zly@x.example', token })).location, '/login');
  t.is((await listAgents(scope)).length, 1);
  t.is(await newSetupToken(scope), null);
  t.is((await logIn(visitor(), 'ewa@rowery.example')).status, 303);
});

test('without the right token set-up is refused, to look at and to send', async (t) => {
  const { scope, visitor } = await accountsWeb(t);
  const old = (await newSetupToken(scope)) ?? '';
  await newSetupToken(scope);
  const client = visitor();
  const login = await client.get('/login');
  t.true(login.text.includes('Centrala czeka na pierwsze uruchomienie'));
  for (const token of ['', 'x', old, 'a'.repeat(32), '%00', 'null']) {
    const page = await client.get(`/setup?token=${token}`);
    t.is(page.status, 403, token);
    t.true(page.text.includes('Uruchom program ponownie'), 'there is no administrator to be asked yet');
    t.is(page.text.includes('Ten adres już nie działa'), !['', '%00'].includes(token), token);
    t.is((await client.post('/setup', { ...FORM, token })).status, 403, token);
  }
  t.is((await client.get('/setup')).status, 403);
  t.is((await listAgents(scope)).length, 0);
});

test('two people who finish set-up at once make one administrator', async (t) => {
  const { scope, visitor } = await accountsWeb(t);
  const token = (await newSetupToken(scope)) ?? '';
  const answers = await Promise.all(
    [1, 2, 3].map(async (n) => {
      const client = visitor();
      await client.get(`/setup?token=${token}`);
      return client.post('/setup', { ...FORM, email: `ewa${n}@rowery.example`, token });
    }),
  );
  t.is(answers.filter((answer) => answer.location === '/setup/inbox').length, 1);
  t.is((await listAgents(scope)).length, 1);
});

test('what is wrong in the set-up form is said next to the field, and what was typed stays', async (t) => {
  const { scope, visitor } = await accountsWeb(t);
  const token = (await newSetupToken(scope)) ?? '';
  const client = visitor();
  await client.get(`/setup?token=${token}`);
  const answer = await client.post('/setup', { ...FORM, token, companyName: ' ', repeat: 'inne', email: 'ewa' });
  t.is(answer.status, 422);
  for (const text of ['To pole jest wymagane.', 'To nie jest adres e-mail', 'value="Nowak"']) t.true(answer.text.includes(text), text);
  t.is((await client.post('/setup', { ...FORM, token, repeat: 'inne' })).text.includes('Hasła się różnią.'), true);
  t.false(answer.text.includes(PASSWORD));
  t.is((await client.post('/setup', { ...FORM, token })).location, '/setup/inbox');
});

test('the inbox step is for administrators only and steps aside when no mail channel runs', async (t) => {
  const { scope, visitor, agent } = await accountsWeb(t);
  await addAgent(scope, 'Ewa', 'administrator');
  t.is((await visitor().get('/setup/inbox')).location, '/login?next=%2Fsetup%2Finbox');
  t.is((await (await agent('Jan')).client.get('/setup/inbox')).status, 403);
  t.is((await (await agent('Iza', 'administrator')).client.get('/setup/inbox')).location, '/');
});
