import test from 'ava';
import { agentByEmail } from '../../core/agents/list-agents.ts';
import { parseEmailAddress } from '../../core/lib/email-address.ts';
import { settingsHome } from '../../core/lib/permissions.ts';
import { accountsWeb, PASSWORD } from '../support/accounts.ts';

const JAN = { firstName: 'Jan', lastName: 'Kowal', jobTitle: '', email: 'jan@firma.example', role: 'agent', language: 'pl' };

test('an administrator gives an agent a permission and takes it back; his open session has it and loses it at once', async (t) => {
  const web = await accountsWeb(t);
  const [ewa, jan] = [await web.agent('Ewa', 'administrator'), await web.agent('Jan')];
  t.is((await jan.client.get('/working-hours')).status, 403);
  t.false((await jan.client.get('/profile')).text.includes('/working-hours'), 'no entry that leads nowhere');
  const form = (await ewa.client.get(`/agents/${jan.id}`)).text;
  t.regex(form, /name="permissions" value="hours"><span>Godziny pracy<small>/);
  const given = new URLSearchParams({ ...JAN, _csrf: ewa.client.csrf() });
  for (const one of ['hours', 'audit', 'everything']) given.append('permissions', one);
  t.is((await ewa.client.send('POST', `/agents/${jan.id}`, given)).location, '/agents');
  t.regex((await ewa.client.get(`/agents/${jan.id}`)).text, /value="hours" checked/);
  t.true((await ewa.client.get('/agents')).text.includes('i 2 uprawnienia'));
  const menu = (await jan.client.get('/working-hours')).text;
  t.regex(menu, /<a class="menu-item" href="\/working-hours">/, 'Settings lead to the first page of his');
  t.true(menu.includes('href="/audit"'));
  for (const foreign of ['"/settings"', '"/agents"', '"/rules"', '"/inboxes"']) t.false(menu.includes(`href=${foreign}`), foreign);
  t.is((await jan.client.get('/settings')).status, 403);
  t.is((await jan.client.post(`/agents/${jan.id}`, { ...JAN, permissions: 'rules' })).status, 403, 'nobody gives himself anything');

  t.is((await ewa.client.post(`/agents/${jan.id}`, { ...JAN, permissions: 'audit' })).location, '/agents');
  t.is((await jan.client.get('/working-hours')).status, 403);
  t.is((await jan.client.get('/profile')).status, 200, 'he is not logged out by it');
  const said = await web.scope.db('events').where({ type: 'agent.permissions_changed' }).orderBy('id').pluck('data');
  t.deepEqual(
    said.map((data: string) => JSON.parse(data)),
    [
      { agentId: jan.id, given: ['hours', 'audit'], taken: [] },
      { agentId: jan.id, given: [], taken: ['hours'] },
    ],
  );
});

test('permissions are chosen with a new user too, an administrator needs none, and what he had as an agent comes back with that role', async (t) => {
  const web = await accountsWeb(t);
  const ewa = await web.agent('Ewa', 'administrator');
  await ewa.client.get('/agents/new');
  const wrong = await ewa.client.post('/agents', { ...JAN, email: 'x', access: 'password', password: PASSWORD, permissions: 'labels' });
  t.regex(wrong.text, /value="labels" checked/, 'a tick is not lost with a wrong field');
  await ewa.client.post('/agents', { ...JAN, access: 'password', password: PASSWORD, permissions: 'labels' });
  const jan = await agentByEmail(web.scope, parseEmailAddress(JAN.email) as never);
  t.deepEqual(jan?.permissions, ['labels']);
  await ewa.client.post(`/agents/${ewa.id}`, { ...JAN, firstName: 'Ewa' });
  t.is((await ewa.client.get('/settings')).status, 200);
  t.is(settingsHome({ role: 'administrator', permissions: [] }), '/settings');
  t.is(settingsHome({ role: 'agent', permissions: ['views', 'statistics'] }), null, 'those have no page in Settings');
  await ewa.client.post(`/agents/${jan?.id}`, { ...JAN, role: 'administrator', permissions: 'labels' });
  await ewa.client.post(`/agents/${jan?.id}`, { ...JAN, permissions: 'labels' });
  t.deepEqual((await agentByEmail(web.scope, parseEmailAddress(JAN.email) as never))?.permissions, ['labels']);
});
