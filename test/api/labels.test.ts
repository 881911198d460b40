import test from 'ava';
import { TOP_FOLDER } from '../../core/folders/types.ts';
import type { AgentId } from '../../core/lib/ids.ts';
import { ADMINISTRATOR, api } from '../support/api.ts';
import { confine } from '../support/folders.ts';

test('labels are listed, added, changed, merged and deleted by the API, the latter three by administrators', async (t) => {
  const { call } = await api(t);
  const made = await call('POST', '/labels', { name: 'Pilne', colour: 'red' });
  t.deepEqual([made.status, made.json], [201, { id: 1, name: 'Pilne', colour: 'red', conversationCount: 0 }]);
  t.is((await call('POST', '/labels', { name: 'Reklamacja' })).json.colour, 'orange');
  t.deepEqual(Object.keys((await call('POST', '/labels', { name: 'pilne' })).json.fields), ['name']);
  t.deepEqual(Object.keys((await call('POST', '/labels', { name: 'x', colour: 'black' })).json.fields), ['colour']);
  for (const [method, path, body] of [
    ['PATCH', '/labels/1', { name: 'x' }],
    ['DELETE', '/labels/1', undefined],
    ['POST', '/labels/1/merger', { intoId: 2 }],
  ] as const)
    t.is((await call(method, path, body)).status, 403, path);
  const changed = await call('PATCH', '/labels/2', { name: 'Skarga', colour: 'blue', position: 1 }, ADMINISTRATOR);
  t.like(changed.json, { id: 2, name: 'Skarga', colour: 'blue' });
  const { items, next } = (await call('GET', '/labels?limit=1')).json;
  t.deepEqual([items.length, (await call('GET', `/labels?cursor=${next}`)).json.items[0].name], [1, 'Skarga']);
  t.deepEqual(Object.keys((await call('POST', '/labels/1/merger', { intoId: 9 }, ADMINISTRATOR)).json.fields), ['intoId']);
  t.is((await call('POST', '/labels/1/merger', { intoId: 2 }, ADMINISTRATOR)).json.name, 'Skarga');
  t.deepEqual((await call('DELETE', '/labels/2', undefined, ADMINISTRATOR)).json, { id: 2, name: 'Skarga' });
  t.deepEqual((await call('GET', '/labels')).json.items, []);
});

test('labels of a conversation are set by id or name, all or nothing, and narrow the list', async (t) => {
  const { call, receive, scope } = await api(t);
  await receive('jan@klient.test\nPralka\nNie działa.', 'ola@klient.test\nEkspres\nCieknie.');
  const [pralka] = (await call('GET', '/conversations?q=pralka')).json.items;
  for (const name of ['Pilne', 'Reklamacja']) await call('POST', '/labels', { name });
  const path = `/conversations/${pralka.id}`;
  const names = (json: { labels: { name: string }[] }) => json.labels.map(({ name }) => name);
  t.deepEqual(names((await call('PATCH', path, { labels: [2, 'PILNE'] })).json), ['Pilne', 'Reklamacja']);
  const wrong = await call('PATCH', path, { status: 'closed', labels: [1, 'Nieznana'] });
  t.deepEqual([wrong.status, Object.keys(wrong.json.fields)], [422, ['labels.1']]);
  t.deepEqual([(await call('GET', path)).json.status, names((await call('GET', path)).json)], ['open', ['Pilne', 'Reklamacja']]);
  t.deepEqual(
    (await call('GET', '/conversations?label=1')).json.items.map(({ id }: { id: number }) => id),
    [pralka.id],
  );
  t.deepEqual((await call('GET', '/conversations?label=9')).json.items, []);
  t.is((await call('GET', '/labels')).json.items[0].conversationCount, 1);
  t.deepEqual(names((await call('PATCH', path, { labels: [] })).json), []);

  const ofContact = `/contacts/${pralka.contact.id}/labels`;
  const items = (json: { items: { name: string }[] }) => json.items.map(({ name }) => name);
  t.deepEqual(items((await call('PUT', ofContact, { labels: ['pilne', 2] })).json), ['Pilne', 'Reklamacja']);
  t.deepEqual(Object.keys((await call('PUT', ofContact, { labels: ['Nieznana'] })).json.fields), ['labels.0']);
  t.deepEqual(items((await call('GET', ofContact)).json), ['Pilne', 'Reklamacja']);
  await confine(scope, 2 as AgentId, [TOP_FOLDER], 'see');
  t.deepEqual([(await call('GET', ofContact)).status, (await call('PUT', ofContact, { labels: [] })).status], [200, 403]);
  await scope.db('folder_access').where({ agent_id: 2 }).delete();
  for (const [method, body] of [['GET'], ['PUT', { labels: [] }]] as const) t.is((await call(method, ofContact, body)).status, 404);
  t.is((await call('GET', ofContact, undefined, ADMINISTRATOR)).json.items.length, 2);
});
