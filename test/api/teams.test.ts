import test from 'ava';
import { ADMINISTRATOR, api } from '../support/api.ts';

test('teams are kept by program, by administrators alone', async (t) => {
  const { call } = await api(t);
  t.is((await call('POST', '/teams', { name: 'X' })).status, 403);
  const made = await call('POST', '/teams', { name: 'Serwis', memberIds: [2] }, ADMINISTRATOR);
  t.deepEqual([made.status, made.json], [201, { id: 1, name: 'Serwis', memberIds: [2], position: 1 }]);
  await call('POST', '/teams', { name: 'Sklep' }, ADMINISTRATOR);
  t.is((await call('POST', '/teams', { name: 'sklep' }, ADMINISTRATOR)).status, 422);
  t.deepEqual((await call('PATCH', '/teams/2', { position: 1, memberIds: [2, 1] }, ADMINISTRATOR)).json, {
    id: 2,
    name: 'Sklep',
    memberIds: [1, 2],
    position: 1,
  });
  const { json } = await call('GET', '/teams?limit=1');
  t.like(json.items, { 0: { id: 1, position: 2 }, length: 1 });
  t.like((await call('GET', `/teams?cursor=${json.next}`)).json.items, { 0: { name: 'Sklep' }, length: 1 });
  t.is((await call('PATCH', '/teams/1', { memberIds: [99] }, ADMINISTRATOR)).status, 422);
  for (const method of ['PATCH', 'DELETE']) t.is((await call(method, '/teams/1', method === 'PATCH' ? {} : undefined)).status, 403);
  t.deepEqual((await call('DELETE', '/teams/1', undefined, ADMINISTRATOR)).json, { id: 1, name: 'Serwis' });
  t.is((await call('DELETE', '/teams/1', undefined, ADMINISTRATOR)).status, 404);
});

test('a program gives conversations to teams, one or many, lists them by team and hands on what a removed team had', async (t) => {
  const { call, receive } = await api(t);
  await receive('a@x.test\nPralka\nNie działa', 'b@x.test\nLodówka\nNie chłodzi');
  for (const name of ['Serwis', 'Sklep']) await call('POST', '/teams', { name, memberIds: [2] }, ADMINISTRATOR);
  t.like((await call('PATCH', '/conversations/1', { teamId: 1 })).json, { teamId: 1, assignee: null });
  t.like((await call('PATCH', '/conversations/1', { assigneeId: 2 })).json, { teamId: 1, assignee: { id: 2 } });
  const ids = async (query: string) => (await call('GET', `/conversations?${query}`)).json.items.map((one: { id: number }) => one.id);
  t.deepEqual([await ids('team=1'), await ids('team=2'), await ids('team=1&assignee=none')], [[1], [], []]);
  t.like((await call('PATCH', '/conversations/1', { teamId: 2 })).json, { teamId: 2, assignee: null });
  t.like((await call('PATCH', '/conversations/1', { teamId: 2, assigneeId: 2 })).json, { teamId: 2, assignee: { id: 2 } });
  t.like((await call('PATCH', '/conversations/1', { assigneeId: null })).json, { teamId: null, assignee: null });
  const wrong = await call('PATCH', '/conversations/1', { teamId: 99 });
  t.deepEqual([wrong.status, Object.keys(wrong.json.fields)], [422, ['teamId']]);
  t.is((await call('POST', '/bulk-actions', { kind: 'assign', teamId: 1, conversationIds: [1, 2] })).status, 201);
  t.is((await call('POST', '/bulk-actions', { kind: 'assign', conversationIds: [1] })).status, 422);
  t.is((await call('DELETE', '/teams/1?into=1', undefined, ADMINISTRATOR)).status, 422);
  t.is((await call('DELETE', '/teams/1?into=2', undefined, ADMINISTRATOR)).status, 200);
});
