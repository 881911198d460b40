import test from 'ava';
import type { AgentId } from '../../core/lib/ids.ts';
import { ADMINISTRATOR, api } from '../support/api.ts';
import { confine } from '../support/folders.ts';

test('folders are kept by program, and a key sees and does what its agent may', async (t) => {
  const { call, receive, scope } = await api(t);
  await receive('a@x.test\nPralka\nNie działa', 'b@x.test\nWypłaty\nPoufne');
  const [shop, board] = await Promise.all(
    ['Sklep', 'Zarząd'].map(async (name) => (await call('POST', '/folders', { name }, ADMINISTRATOR)).json.id as number),
  );
  t.is((await call('POST', '/folders', { name: 'X' })).status, 403);
  t.is((await call('POST', '/folders', { name: 'sklep' }, ADMINISTRATOR)).status, 422);
  t.is((await call('PATCH', `/folders/${shop}`, { name: 'Sklep internetowy', position: 1 }, ADMINISTRATOR)).json.name, 'Sklep internetowy');
  t.is((await call('PATCH', '/conversations/1', { folderId: shop })).json.folderId, shop);
  t.is((await call('PATCH', '/conversations/2', { folderId: board })).json.folderId, board);
  await confine(scope, 2 as AgentId, [shop as never], 'move');
  t.deepEqual((await call('GET', '/folders')).json.items, [{ id: shop, parentId: 1, name: 'Sklep internetowy', level: 'move' }]);
  const ids = async (path: string) => (await call('GET', path)).json.items.map((one: { id: number }) => one.id);
  t.deepEqual(await ids('/conversations'), [1]);
  t.deepEqual(await ids(`/conversations?folder=${shop}`), [1]);
  t.deepEqual(await ids(`/conversations?folder=${board}`), []);
  t.is((await call('GET', '/conversations/2')).status, 404);
  t.is((await call('PATCH', '/conversations/1', { folderId: board })).status, 404);
  t.is((await call('GET', '/labels')).status, 200);
  const shared = await call('PUT', '/conversations/2/shares', { agentIds: [2] }, ADMINISTRATOR);
  t.like(shared.json.items, { 0: { agentId: 2 }, length: 1 });
  t.is((await call('GET', '/conversations/2')).status, 200);
  t.deepEqual((await ids('/conversations')).sort(), [1, 2]);
  t.is((await call('PUT', '/conversations/2/shares', { agentIds: [1] })).status, 403, 'a guest invites nobody');
  t.deepEqual((await call('PUT', '/conversations/2/shares', { agentIds: [] }, ADMINISTRATOR)).json.items, []);
  t.is((await call('GET', '/conversations/2')).status, 404);
  t.is((await call('DELETE', '/folders/1', undefined, ADMINISTRATOR)).status, 409);
  t.is((await call('DELETE', `/folders/${shop}`, undefined, ADMINISTRATOR)).status, 422);
  t.deepEqual((await call('DELETE', `/folders/${shop}?into=1`, undefined, ADMINISTRATOR)).json, { id: shop, isGone: false });
});

test('one call may put a conversation into another folder and give it to somebody who sees it only there', async (t) => {
  const { call, receive, scope } = await api(t);
  await receive('a@x.test\nPralka\nNie działa');
  const shop = (await call('POST', '/folders', { name: 'Sklep' }, ADMINISTRATOR)).json.id as number;
  const label = (await call('POST', '/labels', { name: 'Pilne' }, ADMINISTRATOR)).json.id as number;
  await confine(scope, 2 as AgentId, [shop as never], 'move');
  const moved = await call(
    'PATCH',
    '/conversations/1',
    { folderId: shop, assigneeId: 2, labels: [label], status: 'closed' },
    ADMINISTRATOR,
  );
  t.is(moved.status, 200, moved.text);
  t.like(moved.json, { folderId: shop, assignee: { id: 2 }, status: 'closed', labels: { length: 1 } });
  const back = await call('PATCH', '/conversations/1', { folderId: 1, assigneeId: 2 }, ADMINISTRATOR);
  t.deepEqual(
    [back.status, Object.keys(back.json.fields)],
    [422, ['assigneeId']],
    'who would not see it there is refused, and told of nothing',
  );
  t.like((await call('GET', '/conversations/1', undefined, ADMINISTRATOR)).json, { folderId: shop, assignee: { id: 2 } });
  t.is((await call('PATCH', '/conversations/1', { folderId: 1 }, ADMINISTRATOR)).json.assignee, null);
  t.is((await scope.db('notifications').where({ agent_id: 2 })).length, 1);
});
