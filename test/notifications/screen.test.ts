import test from 'ava';
import { countUnread } from '../../core/notifications/list.ts';
import { notificationRoutes } from '../../core/notifications/routes.ts';
import { httpClient } from '../support/http-client.ts';
import { SITE, signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

test('the bell counts what is unread; an entry says why it came, leads to the message and is read by opening it', async (t) => {
  const bell = async (scope: Parameters<typeof countUnread>[0]) =>
    scope.actor.kind === 'agent' ? { unreadNotifications: await countUnread(scope, scope.actor.id) } : {};
  const { anna, nobody, base, piotr, mail, scope, agentId, pass } = await workspaceFor(
    t,
    { site: async (own) => ({ ...SITE, ...(await bell(own)) }) },
    notificationRoutes(),
  );
  const { conversationId } = await mail({});
  const put = (kind: string, more: object = {}) =>
    scope.db('notifications').insert({
      ...{ agent_id: agentId, kind, why: 'author', conversation_id: conversationId, message_id: 9, created_at: scope.now().toISOString() },
      data: JSON.stringify({ addresses: ['jan@x.test', 'b@x.test', 'c@x.test', 'd@x.test'], reason: '550 <b>no</b>' }),
      ...more,
    });
  t.true((await anna.get('/notifications')).text.includes('Nie ma powiadomień'));
  await put('delivery_failed');
  pass(1);
  await put('schedule_stopped', { data: '{}', message_id: null, why: 'anyone', times: 3 });

  const { text } = await anna.get('/notifications');
  for (const part of [
    '2 nowe powiadomienia',
    '<b aria-hidden="true">2</b>',
    'Odpowiedź nie dotarła do: jan@x.test, b@x.test, c@x.test i 1 innej osoby',
    '550 &lt;b&gt;no',
    'Bo to Ty ją wysyłasz',
    'Zaplanowana odpowiedź nie wyszła',
    'Bo nikt nie prowadzi teraz tej rozmowy · 3 razy',
  ])
    t.true(text.includes(part), part);
  t.true(text.indexOf('Zaplanowana') < text.indexOf('nie dotarła do'), 'newest first');

  const other = httpClient(base);
  signIn(other, piotr);
  t.true((await other.get('/notifications')).text.includes('Nie ma powiadomień'));
  t.is((await other.post('/notifications/1/reading')).status, 404);
  t.is((await nobody.get('/notifications')).status, 303);

  await anna.get('/notifications');
  t.is((await anna.post('/notifications/1/reading')).location, `/conversations/${conversationId}?from=9#message-9`);
  t.true((await anna.get('/notifications/bell')).text.includes('1 nowe powiadomienie'));
  t.false((await anna.get('/notifications?unread=yes')).text.includes('nie dotarła do'));
  await anna.get('/notifications');
  t.is((await anna.post('/notifications/2/reading', { back: '/notifications?unread=yes' })).location, '/notifications?unread=yes');
  await put('delivery_unknown');
  t.is((await anna.post('/notifications/readings')).location, '/notifications');
  t.is(await countUnread(scope, agentId), 0);
  t.is((await anna.get('/notifications?cursor=x')).status, 422);
  t.is((await anna.post('/notifications/77/reading')).status, 404);
});

test('a long list of notifications goes on page by page without losing or repeating one', async (t) => {
  const { anna, mail, scope, agentId } = await workspaceFor(t, {}, notificationRoutes());
  const { conversationId } = await mail({});
  const row = { agent_id: agentId, kind: 'delivery_failed', why: 'author', conversation_id: conversationId, data: '{}' };
  const at = scope.now().toISOString();
  for (let from = 0; from < 120; from += 40)
    await scope.db('notifications').insert(Array.from({ length: 40 }, () => ({ ...row, created_at: at, read_at: at })));
  const seen: string[] = [];
  for (let path: string | undefined = '/notifications'; path; ) {
    const { text } = await anna.get(path);
    seen.push(...[...text.matchAll(/id="notice-(\d+)"/g)].map(([, id = '']) => id));
    path = /<p class="rows-more"><a class="chip" href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
  }
  t.is(seen.length, 120);
  t.is(new Set(seen).size, 120);
});
