import test from 'ava';
import { choicesFor, listCanned, usableCanned } from '../../core/canned-responses/list.ts';
import { createCanned } from '../../core/canned-responses/save.ts';
import { expectKept, expectKeptTeam, keptTeams } from '../../core/canned-responses/team.ts';
import type { AgentId } from '../../core/lib/ids.ts';
import { addTeam, changeTeam } from '../../core/teams/edit.ts';
import { workspaceFor } from '../support/workspace.ts';

const LETTER = { name: 'Serwisowe', folder: '', channel: null, subject: '', text: 'Serwis odpisze jutro.', html: null };

test('a template of a team is there for its members alone, from the moment somebody comes to the moment he goes', async (t) => {
  const { scope, agentId, piotr, anna } = await workspaceFor(t);
  const { id: teamId } = await addTeam(scope, 'Serwis', [piotr]);
  const id = await createCanned(scope, null, { ...LETTER, teamId });
  const names = async (who: AgentId) => (await choicesFor(scope, who, 'email', '')).map(({ name }) => name);
  t.deepEqual([await names(piotr), await names(agentId)], [['Serwisowe'], []]);
  await t.throwsAsync(usableCanned(scope, agentId, id), { code: 'not_found' });
  await changeTeam(scope, teamId, { memberIds: [agentId] });
  t.deepEqual([await names(piotr), await names(agentId)], [[], ['Serwisowe']]);
  t.is((await usableCanned(scope, agentId, id)).teamId, teamId);
  t.regex((await anna.get('/canned-responses/company')).text, /zespół Serwis/);
});

test('whoever keeps templates keeps those of his own teams, an administrator all of them', async (t) => {
  const { scope, piotr, anna, agentId } = await workspaceFor(t);
  const [own, other] = [await addTeam(scope, 'Serwis', [piotr]), await addTeam(scope, 'Księgowość')];
  const [keeper, admin] = [{ id: piotr, role: 'agent' } as const, { id: agentId, role: 'administrator' } as const];
  const kept = async (who: typeof keeper | typeof admin) => (await keptTeams(scope, who)).map(({ name }) => name);
  t.deepEqual([await kept(keeper), await kept(admin)], [['Serwis'], ['Serwis', 'Księgowość']]);
  await t.throwsAsync(expectKeptTeam(scope, keeper, other.id), { code: 'invalid' });
  await t.throwsAsync(expectKept(scope, keeper, { teamId: other.id }), { code: 'not_found' });
  await t.notThrowsAsync(expectKept(scope, admin, { teamId: other.id }));
  t.regex((await anna.get('/canned-responses/company/new')).text, /zespół Serwis/);
  const write = { name: 'Ich', text: 'x', folder: '', channel: '', subject: '', html: '', state: '' };
  t.is((await anna.post('/canned-responses/company', { ...write, teamId: '99' })).status, 422);
  t.is((await anna.post('/canned-responses/company', { ...write, teamId: String(other.id) })).status, 303);
  const listed = async (teamsOf: AgentId | 'all') =>
    (await listCanned(scope, { company: true, teamsOf, agentId: null }, { q: '', limit: 9 })).items.map(({ name }) => name);
  t.deepEqual([await listed(piotr), await listed('all')], [[], ['Ich']]);
  const { id } = await scope.db('canned_responses').first('id');
  t.regex((await anna.get(`/canned-responses/company/${id}`)).text, /<option value="2" selected>zespół Księgowość/);
  t.is((await anna.post(`/canned-responses/company/${id}`, { ...write, teamId: String(own.id) })).status, 303);
  t.deepEqual(await listed(piotr), ['Ich']);
});
