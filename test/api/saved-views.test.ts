import test from 'ava';
import { ADMINISTRATOR, api } from '../support/api.ts';

test('saved views are kept by program: one’s own, and shared ones by an administrator', async (t) => {
  const { call } = await api(t);
  const made = await call('POST', '/saved-views', { name: ' Pilne  sprawy ', query: 'label=1&x=2' });
  t.is(made.status, 201);
  t.deepEqual(made.json, { id: made.json.id, name: 'Pilne sprawy', query: 'label=1', isShared: false });
  t.is((await call('POST', '/saved-views', { name: 'X', query: '', isShared: true })).status, 403);
  const shared = (await call('POST', '/saved-views', { name: 'Wspólny', query: 'folder=closed', isShared: true }, ADMINISTRATOR)).json;
  t.deepEqual(
    (await call('GET', '/saved-views')).json.items.map(({ name }: { name: string }) => name),
    ['Wspólny', 'Pilne sprawy'],
  );
  t.is((await call('PATCH', `/saved-views/${made.json.id}`, { name: 'Inne', position: 1 })).json.name, 'Inne');
  t.is((await call('PATCH', `/saved-views/${made.json.id}`, { name: '' })).status, 422);
  t.is((await call('PATCH', `/saved-views/${shared.id}`, { name: 'Y' })).status, 403);
  t.is((await call('DELETE', `/saved-views/${made.json.id}`, undefined, ADMINISTRATOR)).status, 404);
  t.is((await call('DELETE', `/saved-views/${made.json.id}`)).status, 200);
});
