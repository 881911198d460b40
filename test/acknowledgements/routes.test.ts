import test, { type ExecutionContext } from 'ava';
import { pausedSince, resume } from '../../core/acknowledgements/breaker.ts';
import { acknowledgementRoutes } from '../../core/acknowledgements/routes.ts';
import { acknowledgementOf } from '../../core/acknowledgements/save.ts';
import { openSwitch } from '../../core/acknowledgements/switch.ts';
import { transact } from '../../core/db/scope.ts';
import type { InboxRecord } from '../../core/inboxes/types.ts';
import type { InboxId } from '../../core/lib/ids.ts';
import { cacheGeneral } from '../../core/settings/cached-general.ts';
import { writeSetting } from '../../core/settings/settings.ts';
import { scopeFor } from '../support/db.ts';
import { httpClient } from '../support/http-client.ts';
import { anInbox } from '../support/ingest.ts';
import { strictRenderer } from '../support/render.ts';
import { signIn, web } from '../support/web.ts';

async function site(t: ExecutionContext) {
  const scope = await scopeFor(t);
  const record = (id: InboxId, channel: string): InboxRecord => ({
    ...{ id, channel, name: channel === 'email' ? 'Biuro' : 'Czat', address: `${channel}@firma.test` },
    ...{ settings: {}, status: 'open', createdAt: scope.now() },
  });
  const inboxes = [record(await anInbox(scope), 'email'), record(await anInbox(scope, 'chat@firma.test'), 'chat')];
  const renderer = strictRenderer();
  const routes = acknowledgementRoutes({
    directory: { openTo: () => inboxes, record: (id) => inboxes.find((one) => one.id === id) ?? null },
    isEmail: (channel) => channel === 'email',
    general: cacheGeneral(),
    translator: renderer.translator,
  });
  const { base } = await web(t, routes, { scope, renderer });
  const [administrator, ordinary] = [httpClient(base), httpClient(base)];
  signIn(administrator, 1);
  signIn(ordinary, 2);
  await administrator.get('/acknowledgements');
  return { scope, administrator, ordinary, inboxId: inboxes[0]?.id as InboxId, chatId: inboxes[1]?.id as InboxId };
}

test('confirmations start with the default text in the language of the customers, off', async (t) => {
  const { administrator, inboxId } = await site(t);
  const list = await administrator.get('/acknowledgements');
  t.true(list.text.includes('Biuro') && list.text.includes('Wyłączone') && !list.text.includes('Czat'));
  const polish = await administrator.get(`/acknowledgements/${inboxId}`);
  for (const text of ['Otrzymaliśmy Twoją wiadomość (nr 1234)', 'Dzień dobry, Anna Nowak,', '{{ contact.name }}'])
    t.true(polish.text.includes(text), text);
  t.true((await administrator.get(`/acknowledgements/${inboxId}?language=en`)).text.includes('Hello Anna Nowak,'));
});

test('a confirmation is saved, previewed and switched by form, and a wrong text keeps what was typed', async (t) => {
  const { administrator, inboxId, scope } = await site(t);
  const on = await openSwitch(scope);
  t.false(on.isOn());
  const form = { enabled: 'on', language: 'pl', subject: 'Mamy to', text: 'Numer {{ conversation.number }} <b>' };
  const preview = await administrator.post(`/acknowledgements/${inboxId}/preview`, form);
  t.true(preview.text.includes('Numer 1234 &lt;b&gt;'));
  t.is((await administrator.post(`/acknowledgements/${inboxId}`, form)).location, '/acknowledgements');
  t.like(await acknowledgementOf(scope, inboxId), { enabled: true, language: 'pl', subject: 'Mamy to' });
  await on.follow([{ type: 'settings.changed', data: { key: 'acknowledgements.changed_at' } }]);
  t.true(on.isOn());
  t.true((await administrator.get('/acknowledgements')).text.includes('Odpisuje'));
  for (const wrong of [
    { text: '{{ nic }}' },
    { text: ' ' },
    { subject: '' },
    { language: 'de' },
    { enabled: 'maybe' },
    { text: 'x'.repeat(5001) },
  ]) {
    const refused = await administrator.post(`/acknowledgements/${inboxId}`, { ...form, ...wrong });
    t.is(refused.status, 422, JSON.stringify(wrong).slice(0, 40));
  }
  const refused = await administrator.post(`/acknowledgements/${inboxId}`, { ...form, text: 'Zostaje {{ nic }}' });
  t.true(refused.text.includes('Zostaje {{ nic }}') && refused.text.includes('nie da się wypełnić'));
  t.like(await acknowledgementOf(scope, inboxId), { text: 'Numer {{ conversation.number }} <b>' });
});

test('only administrators see confirmations, and only e-mail inboxes have them', async (t) => {
  const { administrator, ordinary, inboxId, chatId } = await site(t);
  for (const path of ['/acknowledgements', `/acknowledgements/${inboxId}`]) t.is((await ordinary.get(path)).status, 403, path);
  t.is((await ordinary.post('/acknowledgements/resumption')).status, 403);
  for (const id of [chatId, 999, 'x']) t.is((await administrator.get(`/acknowledgements/${id}`)).status, 404, String(id));
  t.is((await administrator.post('/acknowledgements/999/preview', { subject: 'a', text: 'b' })).status, 404);
});

test('paused confirmations say so to administrators and go on at the press of a button', async (t) => {
  const { administrator, scope } = await site(t);
  await transact(scope, (tx) => writeSetting(tx, 'acknowledgements.paused_at', tx.now().toISOString()));
  const on = await openSwitch(scope);
  t.true(on.isPaused());
  t.true((await administrator.get('/acknowledgements')).text.includes('są wstrzymane od'));
  t.is((await administrator.post('/acknowledgements/resumption')).location, '/acknowledgements');
  t.is(await pausedSince(scope), null);
  await resume(scope);
  t.is((await scope.db('events').where({ type: 'settings.changed' })).length, 2);
});
