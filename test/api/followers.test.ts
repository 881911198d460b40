import test from 'ava';
import { api } from '../support/api.ts';

test('the agent of a key follows a conversation and stops, and sees who else does', async (t) => {
  const { call, receive } = await api(t);
  await receive('anna@klient.test\nPralka nie działa\nDzień dobry, nie wiruje.');
  const path = `/conversations/${(await call('GET', '/conversations')).json.items[0].id}/followers`;
  t.deepEqual((await call('GET', path)).json, { items: [] });
  t.like((await call('PUT', path, { following: true })).json.items[0], { agentId: 2, why: 'self' });
  t.is((await call('PUT', path, { following: true })).json.items.length, 1);
  t.deepEqual((await call('PUT', path, { following: false })).json, { items: [] });
  t.is((await call('PUT', path, { following: 'yes' })).status, 422);
});
