import test from 'ava';
import { api } from '../support/api.ts';

test('a program forwards a message or the whole conversation, and the answer names the side conversation', async (t) => {
  const { call, receive } = await api(t);
  await receive('jan@klient.test\nPralka nie działa');
  const [one] = (await call('GET', '/conversations')).json.items;
  const path = `/conversations/${one.id}/forwards`;
  const made = await call('POST', path, { to: ['serwis@naprawa.test'], text: 'Proszę o wycenę.' });
  t.is(made.status, 201);
  t.not(made.json.id, one.id);
  t.is(made.json.messages[0].to[0].address, 'serwis@naprawa.test');
  const [message] = (await call('GET', `/conversations/${one.id}`)).json.messages;
  t.is((await call('POST', path, { to: ['serwis@naprawa.test'], messageId: message.id, withFiles: false })).status, 201);
  t.is((await call('POST', path, { to: ['serwis@naprawa.test'], messageId: 999 })).status, 404);
  t.is((await call('POST', path, { to: [] })).status, 422);
  t.is((await call('POST', '/conversations/999/forwards', { to: ['serwis@naprawa.test'] })).status, 404);
  t.is((await call('GET', `/conversations/${one.id}`)).json.messages.length, 1);
});
