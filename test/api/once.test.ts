import test from 'ava';
import { api } from '../support/api.ts';

test('a program that tries again under the same name sends nothing twice, and what was refused it may send right', async (t) => {
  const { call, receive } = await api(t);
  await receive('jan@klient.test\nPralka nie działa');
  const [one] = (await call('GET', '/conversations')).json.items;
  const letter = { inboxId: one.inboxId, to: 'ola@klient.test', subject: 'Oferta', text: 'Oferta' };
  for (const [name, path, body] of [
    ['a', '/conversations', letter],
    ['b', `/conversations/${one.id}/messages`, { kind: 'reply', text: 'Już jedziemy' }],
    ['c', `/conversations/${one.id}/forwards`, { to: ['serwis@naprawa.test'], text: 'Proszę' }],
  ] as const) {
    t.is((await call('POST', path, { ...body, text: '', html: '', to: ['nie adres'], once: name })).status, 422, path);
    t.is((await call('POST', path, { ...body, once: name })).status, 201, path);
    const again = await call('POST', path, { ...body, once: name });
    t.deepEqual([again.status, again.json.code], [409, 'sent_already'], path);
    t.is((await call('POST', path, { ...body, once: `${name}2` })).status, 201, path);
    t.is((await call('POST', path, body)).status, 201, path);
  }
  t.is((await call('GET', '/deliveries')).json.items.length, 9);
});
