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
