import test from 'ava';
import { api } from '../support/api.ts';

test('a program merges, sees where the number leads, and undoes it', async (t) => {
  const { call, receive } = await api(t);
  await receive('jan@klient.test\npierwsza');
  await receive('ola@klient.test\ndruga');
  const [b, a] = (await call('GET', '/conversations')).json.items;
  const merged = await call('POST', `/conversations/${a.id}/merger`, { into: b.id });
  t.is(merged.status, 200);
  t.like(merged.json, { kind: 'merge', fromId: a.id, toId: b.id, messageCount: 1, undoneAt: null });
  t.like((await call('GET', `/conversations/${a.id}`)).json, { mergedIntoId: b.id, messages: [] });
  t.is((await call('GET', `/conversations/${b.id}`)).json.messages.length, 2);
  t.is((await call('GET', '/conversations')).json.items.length, 1);
  t.like((await call('PATCH', `/conversations/${a.id}`, { status: 'open' })).json, { code: 'conversation_merged' });
  t.is((await call('POST', `/conversations/${a.id}/merger`, { into: b.id })).json.code, 'already_together');
  t.is((await call('POST', `/transfers/${merged.json.id}/reversal`)).status, 200);
  t.is((await call('POST', `/transfers/${merged.json.id}/reversal`)).json.code, 'transfer_undone');
  t.is((await call('GET', '/conversations')).json.items.length, 2);
  t.not((await call('GET', `/conversations/${b.id}/transfers`)).json.items[0].undoneAt, null);
});

test('a program that moves the only message of a conversation merges it, and it splits none off', async (t) => {
  const { call, receive } = await api(t);
  await receive('jan@klient.test\npierwsza');
  await receive('ola@klient.test\ndruga');
  const [b, a] = (await call('GET', '/conversations')).json.items;
  const [message] = (await call('GET', `/conversations/${a.id}`)).json.messages;
  t.is((await call('POST', `/messages/${message.id}/transfer`, { to: null })).json.code, 'nothing_left');
  t.is((await call('POST', `/messages/${message.id}/transfer`, { to: 999 })).status, 404);
  t.like((await call('POST', `/messages/${message.id}/transfer`, { to: b.id })).json, { kind: 'merge', fromId: a.id, toId: b.id });
  t.is((await call('GET', `/messages/${message.id}`)).json.conversationId, b.id);
});
