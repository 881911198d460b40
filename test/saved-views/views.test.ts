import test from 'ava';
import { closeConversation } from '../../core/conversations/close.ts';
import { fileConversation } from '../../core/conversations/file.ts';
import { addFolder } from '../../core/folders/edit.ts';
import { labelConversation } from '../../core/labels/apply.ts';
import { addLabel } from '../../core/labels/edit.ts';
import { countViews } from '../../core/saved-views/count.ts';
import { addView, changeView, listViews, orderView, removeView } from '../../core/saved-views/save.ts';
import { confine } from '../support/folders.ts';
import { httpClient } from '../support/http-client.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

test('a list is saved under a name, stands in the rail, is the heading of its list, and is renamed and removed', async (t) => {
  const { anna, mail, scope, events } = await workspaceFor(t);
  await mail({ subject: 'Pralka' });
  await scope.db('agents').where({ id: 1 }).update({ role: 'administrator' });
  const list = await anna.get('/conversations?folder=closed&q=pralka&sort=waiting');
  t.regex(list.text, /href="\/saved-views\/new\?list=folder%3Dclosed/);
  t.false((await anna.get('/conversations')).text.includes('/saved-views/new'), 'a list that has a place already needs none');
  t.true((await anna.get('/saved-views/new?list=q%3Dpralka%26nonsense%3D1')).text.includes('name="query" value="q=pralka"'));
  t.is((await anna.post('/saved-views', { name: ' ', query: 'q=pralka' })).status, 422);
  t.is((await anna.post('/saved-views', { name: 'Pralki <b>', query: 'q=pralka&nonsense=1' })).location, '/conversations?q=pralka');
  const shown = await anna.get('/conversations?q=pralka');
  t.regex(shown.text, /<h1>Pralki &lt;b&gt; /);
  t.regex(shown.text, /id="view-1" href="\/conversations\?q=pralka" aria-current="page"/);
  t.true((await events()).includes('saved_view.changed'));
  await anna.post('/saved-views/1', { name: 'Pralki' });
  t.regex((await anna.get('/saved-views')).text, /value="Pralki"/);
  t.is((await anna.post('/saved-views/1/position', { position: '1' })).status, 303);
  await anna.post('/saved-views/1/removal');
  t.is((await scope.db('saved_views')).length, 0);
  t.is((await anna.post('/saved-views/1/removal')).status, 404);
});

test('everybody has the shared views, which the permission keeps, and nobody another one’s own', async (t) => {
  const { scope, agentId, piotr, base } = await workspaceFor(t);
  const [boss, other] = [
    { id: agentId, permissions: ['views'] as const },
    { id: piotr, permissions: [] },
  ];
  const shared = await addView(scope, boss, { name: 'Wspólny', query: 'folder=closed', isShared: true });
  const mine = await addView(scope, boss, { name: 'Mój', query: 'folder=mine', isShared: false });
  await t.throwsAsync(addView(scope, other, { name: 'X', query: '', isShared: true }), { code: 'forbidden' });
  t.deepEqual(
    (await listViews(scope, other)).map(({ name }) => name),
    ['Wspólny'],
  );
  t.deepEqual(
    (await listViews(scope, boss)).map(({ name }) => name),
    ['Wspólny', 'Mój'],
  );
  await t.throwsAsync(changeView(scope, other, mine.id, { name: 'Y' }), { code: 'not_found' });
  await t.throwsAsync(changeView(scope, other, shared.id, { name: 'Y' }), { code: 'forbidden' });
  await t.throwsAsync(removeView(scope, other, shared.id), { code: 'forbidden' });
  const second = await addView(scope, boss, { name: 'Drugi', query: 'folder=spam', isShared: true });
  await orderView(scope, boss, second.id, 1);
  t.deepEqual(
    (await listViews(scope, other)).map(({ name }) => name),
    ['Drugi', 'Wspólny'],
  );
  const web = httpClient(base);
  signIn(web, piotr);
  t.true((await web.get('/saved-views')).text.includes('Wspólny'));
  t.is((await web.post(`/saved-views/${shared.id}/removal`)).status, 403);
  for (let n = 0; n < 30; n += 1) await addView(scope, other, { name: `${n}`, query: '', isShared: false });
  await t.throwsAsync(addView(scope, other, { name: 'zu viel', query: '', isShared: false }), { code: 'too_many_views' });
});

test('the number beside a view counts what its viewer sees, never a search for words, and a hundred at most', async (t) => {
  const house = await workspaceFor(t);
  const { scope, agentScope: me, agentId, anna } = house;
  const ids = [];
  for (const subject of ['a', 'b', 'c']) ids.push((await house.mail({ subject })).conversationId);
  const label = (await addLabel(scope, 'Pilne')).id;
  for (const id of ids) await labelConversation(scope, id, label, true);
  await closeConversation(scope, ids[2] as never);
  const keeper = { id: agentId, permissions: [] };
  for (const query of [
    `label=${label}`,
    `folder=open&label=${label}`,
    'q=jest:nieprzeczytane',
    'q=pralka',
    'q=jest:nonsens',
    'folder=spam',
  ])
    await addView(scope, keeper, { name: query, query, isShared: false });
  const counts = async () => (await countViews(me, agentId, await listViews(me, keeper))).map(({ count }) => count);
  t.deepEqual(await counts(), ['3', '2', '3', '', '', '']);
  t.regex((await anna.get('/saved-views/counts', { 'HX-Request': 'true' })).text, /#view-count-1"[^>]*>3</);
  const closed = (await addFolder(scope, 'Zarząd')).id;
  await fileConversation(scope, ids[0] as never, closed);
  await confine(scope, agentId, []);
  t.deepEqual(await counts(), ['', '', '', '', '', '']);
  await confine(scope, agentId, [closed]);
  t.deepEqual(await counts(), ['1', '1', '1', '', '', '']);
});
