import test from 'ava';
import { contentDisposition } from '../../core/api/endpoint.ts';
import { grant } from '../../core/folders/rights.ts';
import type { AgentId } from '../../core/lib/ids.ts';
import { ADMINISTRATOR, api } from '../support/api.ts';

test('inboxes are listed, and created by administrators after a real check', async (t) => {
  const { call, inbox } = await api(t);
  const listed = await call('GET', '/inboxes');
  t.is(listed.json.items.length, 1);
  t.like(listed.json.items[0], { id: inbox.id, channel: 'demo', address: 'biuro@firma.test', status: 'open', canSend: true });
  t.notRegex(listed.text, /right/, 'no settings are shown');
  const body = { channel: 'demo', name: 'Serwis', address: 'Serwis@Firma.test', settings: { token: 'right' } };
  t.is((await call('POST', '/inboxes', body)).status, 403, 'an agent may not');
  const made = await call('POST', '/inboxes', body, ADMINISTRATOR);
  t.is(made.status, 201);
  t.like(made.json, { name: 'Serwis', address: 'serwis@firma.test', canSend: true });
  t.is((await call('POST', '/inboxes', body, ADMINISTRATOR)).json.code, 'address_taken');
  const [first] = (await call('GET', '/inboxes?limit=1')).json.items;
  const second = await call('GET', `/inboxes?limit=1&cursor=${(await call('GET', '/inboxes?limit=1')).json.next}`);
  t.not(second.json.items[0].id, first.id);
  t.is(second.json.next, null);
});

test('an inbox says where its conversations begin, to whoever sees that folder, and an administrator changes it', async (t) => {
  const { call, inbox, scope, deps } = await api(t);
  t.is((await call('GET', '/inboxes')).json.items[0].folderId, 1);
  const { id } = (await call('POST', '/folders', { name: 'Zarząd' }, ADMINISTRATOR)).json;
  await grant(scope, [{ agentId: 2 as AgentId, folderId: id, level: 'none' }]);
  t.is((await call('PATCH', `/inboxes/${inbox.id}`, { folderId: id })).status, 403);
  t.is((await call('PATCH', `/inboxes/${inbox.id}`, { folderId: 99 }, ADMINISTRATOR)).status, 422);
  t.is((await call('PATCH', '/inboxes/99', { folderId: id }, ADMINISTRATOR)).status, 404);
  t.like((await call('PATCH', `/inboxes/${inbox.id}`, { folderId: id }, ADMINISTRATOR)).json, {
    id: inbox.id,
    folderId: id,
    canSend: true,
  });
  t.is(deps.inboxes.directory.record(inbox.id)?.folderId, id);
  t.is((await call('GET', '/inboxes')).json.items[0].folderId, null);
  t.is((await call('PATCH', `/inboxes/${inbox.id}`, { folderId: 1 }, ADMINISTRATOR)).json.folderId, 1);
  const body = { channel: 'demo', name: 'Serwis', address: 'serwis@firma.test', settings: { token: 'right' }, folderId: id };
  t.is((await call('POST', '/inboxes', body, ADMINISTRATOR)).json.folderId, id);
});

test('registrations at providers are read and made by program, and their secret is never shown', async (t) => {
  const { call, scope } = await api(t);
  const none = (await call('GET', '/oauth-clients', undefined, ADMINISTRATOR)).json.items;
  t.like(none[0], { service: 'google', clientId: null, hasSecret: false, mailboxes: ['biuro@firma.test'] });
  t.is(none[0].redirectUri, 'https://centrala.firma.test/oauth/return');
  const google = { service: 'google', clientId: 'moja-firma', clientSecret: 'tajny-klucz', secretExpiresOn: '2028-03-01' };
  const made = await call('POST', '/oauth-clients', google, ADMINISTRATOR);
  t.like(made.json.items[0], { clientId: 'moja-firma', hasSecret: true, secretExpiresOn: '2028-03-01' });
  t.notRegex(made.text, /tajny/);
  const sealed = async (): Promise<string> => (await scope.db('oauth_clients').first('client_secret')).client_secret;
  const before = await sealed();
  t.notRegex(before, /tajny/);
  const renamed = await call('POST', '/oauth-clients', { service: 'google', clientId: 'inna-firma' }, ADMINISTRATOR);
  t.like(renamed.json.items[0], { clientId: 'inna-firma', hasSecret: true, secretExpiresOn: '2028-03-01' });
  t.is(await sealed(), before, 'what is left out stays');
  const open = await call('POST', '/oauth-clients', { service: 'google', clientId: 'inna-firma', clientSecret: '' }, ADMINISTRATOR);
  t.like(open.json.items[0], { hasSecret: false, secretExpiresOn: null });
  const wrong = await call('POST', '/oauth-clients', { service: 'microsoft', clientId: 'x', tenant: 'a/b' }, ADMINISTRATOR);
  t.deepEqual([wrong.status, Object.keys(wrong.json.fields)], [422, ['tenant']]);
  t.is((await call('POST', '/oauth-clients', { service: 'yahoo', clientId: 'x' }, ADMINISTRATOR)).status, 422);
  const removed = await call('POST', '/oauth-clients/removal', { service: 'google' }, ADMINISTRATOR);
  t.is(removed.json.items[0].clientId, null);
  t.is((await call('POST', '/oauth-clients/removal', { service: 'google' }, ADMINISTRATOR)).status, 404);
});

test('of what an agent is told is read and chosen by program, part by part', async (t) => {
  const { call } = await api(t);
  const before = (await call('GET', '/notification-choices')).json;
  t.deepEqual(
    [before.quiet, before.digest, before.choices.unassigned_message],
    [null, 'never', { app: false, sound: false, desktop: false }],
  );
  const changes = { choices: { unassigned_message: { app: true } }, quiet: { from: '22:00', until: '07:00' }, digest: 'day' };
  const changed = await call('PATCH', '/notification-choices', changes);
  t.is(changed.status, 200);
  const choices = { ...before.choices, unassigned_message: { app: true, sound: false, desktop: false } };
  t.deepEqual(changed.json, { choices, quiet: changes.quiet, digest: 'day' });
  t.deepEqual((await call('PATCH', '/notification-choices', {})).json, changed.json);
  t.is((await call('PATCH', '/notification-choices', { quiet: null })).json.quiet, null);
  t.deepEqual((await call('GET', '/notification-choices', undefined, ADMINISTRATOR)).json, before, 'of nobody else');
  for (const wrong of [
    { quiet: { from: '25:00', until: '07:00' } },
    { choices: { nothing: { app: true } } },
    { digest: 'week' },
    { choices: { mentioned: { app: 'yes' } } },
  ])
    t.is((await call('PATCH', '/notification-choices', wrong)).status, 422, JSON.stringify(wrong));
});

test('an inbox whose settings are wrong or whose check fails is not stored', async (t) => {
  const { call } = await api(t);
  const good = { channel: 'demo', name: 'Serwis', address: 'serwis@firma.test', settings: { token: 'right' } };
  const refusals: readonly [object, string][] = [
    [{ channel: 'pigeon' }, 'channel'],
    [{ address: 'not an address' }, 'address'],
    [{ name: ' ' }, 'name'],
    [{ settings: {} }, 'settings.token'],
    [{ settings: { token: 'right', colour: 'red' } }, 'settings.colour'],
    [{ relay: 'smtp://x' }, 'settings.relayUrl'],
  ];
  for (const [change, field] of refusals) {
    const { status, json } = await call('POST', '/inboxes', { ...good, ...change }, ADMINISTRATOR);
    t.is(status, 422, field);
    t.deepEqual(Object.keys(json.fields), [field]);
  }
  const failed = await call('POST', '/inboxes', { ...good, settings: { token: 'wrong' } }, ADMINISTRATOR);
  t.is(failed.status, 422);
  t.is(failed.json.code, 'check_failed');
  t.regex(failed.json.message, /plugin\.demo\.problems\.refused no such token/);
  t.is((await call('GET', '/inboxes')).json.items.length, 1);
});

test('the received form of a message is handed out byte by byte, and ours has none', async (t) => {
  const { call, receive } = await api(t);
  const raw = 'anna@klient.test\nZażółć\ngęślą\r\njaźń';
  await receive(raw);
  const { id } = (await call('GET', '/conversations')).json.items[0];
  const [message] = (await call('GET', `/conversations/${id}`)).json.messages;
  const answer = await call('GET', `/messages/${message.id}/raw`);
  t.is(answer.status, 200);
  t.is(answer.text, raw);
  t.is(answer.headers.get('content-length'), String(Buffer.byteLength(raw)));
  t.regex(answer.headers.get('content-disposition') ?? '', /^attachment/);
  const reply = await call('POST', `/conversations/${id}/messages`, { kind: 'reply', text: 'x' });
  t.is((await call('GET', `/messages/${reply.json.id}/raw`)).status, 404);
});

test('deliveries are found by state and conversation, tried again and cancelled', async (t) => {
  const { call, inbox } = await api(t);
  const start = (to: string) => call('POST', '/conversations', { inboxId: inbox.id, to, subject: 'x', text: 'y' });
  const [one, two] = [await start('a@klient.test'), await start('b@klient.test')];
  const [first] = one.json.messages[0].deliveries;
  t.is((await call('GET', '/deliveries')).json.items.length, 2);
  const ofTwo = await call('GET', `/deliveries?conversation=${two.json.id}&status=queued`);
  t.deepEqual(
    ofTwo.json.items.map((item: { address: string; subject: string }) => [item.address, item.subject]),
    [['b@klient.test', 'x']],
  );
  t.is((await call('GET', `/deliveries/${first.id}`)).json.address, 'a@klient.test');
  t.is((await call('POST', `/deliveries/${first.id}/cancellation`)).json.status, 'cancelled');
  t.is((await call('GET', '/deliveries?status=cancelled')).json.items.length, 1);
  t.is((await call('POST', `/deliveries/${first.id}/attempts`)).json.status, 'queued');
  t.is((await call('GET', '/deliveries?status=sent')).json.items.length, 0);
});

test('the ledger says what became of everything, and its parts add up to what was kept', async (t) => {
  const { call, receive } = await api(t);
  await receive('a@klient.test\nTemat\nTreść', 'a@klient.test\nTemat\nTreść', 'b@klient.test\nTemat\ncrash');
  const { json } = await call('GET', '/ledger');
  t.deepEqual(json, { kept: 3, received: 1, reports: 0, spam: 0, failed: 1, duplicate: 1, waiting: 0 });
});

test('a name for saving survives every alphabet and cannot break the header', (t) => {
  t.is(contentDisposition('umowa.pdf'), `attachment; filename="umowa.pdf"; filename*=UTF-8''umowa.pdf`);
  t.is(
    contentDisposition('żółw (1).pdf'),
    `attachment; filename="____w (1).pdf"; filename*=UTF-8''%C5%BC%C3%B3%C5%82w%20%281%29.pdf`.replace('____w', '___w'),
  );
  const hostile = contentDisposition('a"\r\nSet-Cookie: x=y/../../etc\u202Egpj.exe');
  t.notRegex(hostile, /[\r\n]|\.\.\/|\u202E/);
  t.is(contentDisposition(''), `attachment; filename="attachment"; filename*=UTF-8''attachment`);
});

test('a program sends later, moves the moment, and takes the message back', async (t) => {
  const { call, inbox } = await api(t);
  const day = (n: number): string => new Date(Date.now() + n * 86_400_000).toISOString();
  const sendAt = day(1);
  const made = await call('POST', '/conversations', { inboxId: inbox.id, to: 'a@klient.test', subject: 'x', text: 'Jutro', sendAt });
  t.is(made.status, 201);
  const [message] = made.json.messages;
  t.is(message.scheduledAt, sendAt);
  t.is(message.deliveries[0].nextAttemptAt, sendAt);
  const later = day(2);
  const moved = await call('PUT', `/messages/${message.id}/schedule`, { sendAt: later });
  t.deepEqual([moved.json.scheduledAt, moved.json.deliveries[0].nextAttemptAt], [later, later]);
  t.is((await call('PUT', `/messages/${message.id}/schedule`, { sendAt: day(-1) })).json.code, 'invalid');
  t.deepEqual((await call('POST', `/messages/${message.id}/withdrawal`)).json, { conversationId: null });
  t.is((await call('GET', `/messages/${message.id}`)).status, 404);
  t.is((await call('GET', `/conversations/${made.json.id}`)).status, 404);
});

test('The API tells an administrator what the world saw of each domain, and an ordinary agent nothing', async (t) => {
  const { call, scope } = await api(t);
  t.is((await call('GET', '/deliverability')).status, 403);
  const never = await call('GET', '/deliverability', undefined, ADMINISTRATOR);
  t.deepEqual(never.json, { items: [{ domain: 'firma.test', state: null, checkedAt: null, checks: [] }], next: null });
  const found = { name: 'mx', state: 'bad', finding: 'missing', values: {}, seen: [], record: { type: 'MX', host: '@', value: '10 a.' } };
  await scope.db('domain_checks').insert({ domain: 'firma.test', results: JSON.stringify([found]), checked_at: scope.now().toISOString() });
  const { items } = (await call('GET', '/deliverability', undefined, ADMINISTRATOR)).json;
  t.is((await call('GET', '/deliverability?cursor=x', undefined, ADMINISTRATOR)).status, 422);
  t.like(items[0], { state: 'bad', checks: [{ name: 'mx', finding: 'missing', message: 'text of deliverability.mx.missing' }] });
  t.deepEqual(items[0].checks[0].record, found.record);
});
