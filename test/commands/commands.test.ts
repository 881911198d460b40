import test from 'ava';
import { fileConversation } from '../../core/conversations/file.ts';
import { addFolder } from '../../core/folders/edit.ts';
import { addLabel } from '../../core/labels/edit.ts';
import { addView } from '../../core/saved-views/save.ts';
import { confine } from '../support/folders.ts';
import { httpClient } from '../support/http-client.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

const PART = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };

/** Addresses that a page or a part of one offers, without those of its top bar. */
const offered = (text: string): readonly string[] =>
  [...text.slice(text.indexOf('<section')).matchAll(/<a class="menu-item" href="([^"]+)"/g)].map(([, href = '']) =>
    href.replaceAll('&amp;', '&'),
  );

test('the command bar offers the lists, folders, views and settings that the agent may open, and no others', async (t) => {
  const { scope, base, anna, piotr, agentId } = await workspaceFor(t);
  await scope.db('agents').where({ id: agentId }).update({ role: 'administrator' });
  const [seen, hidden] = [await addFolder(scope, 'Sklep'), await addFolder(scope, 'Zarząd')];
  await addFolder(scope, 'Serwis');
  const label = await addLabel(scope, 'Pilne');
  await addView(scope, { id: agentId, permissions: ['views'] }, { name: 'Reklamacje', query: 'q=reklamacja', isShared: true });
  const first = offered((await anna.get('/commands', PART)).text);
  for (const path of [
    '/conversations/new',
    '/conversations?folder=closed',
    `/conversations?in=${hidden.id}`,
    `/conversations?label=${label.id}`,
    '/audit',
  ])
    t.true(first.includes(path), path);
  t.true(first.includes('/conversations?q=reklamacja'));
  await confine(scope, piotr, [seen.id]);
  const client = httpClient(base);
  signIn(client, 2);
  const page = (await client.get('/commands', PART)).text;
  t.false(page.includes('Zarząd'));
  const his = offered(page);
  t.true(his.includes('/conversations?q=reklamacja') && his.includes('/profile'));
  t.false(his.some((path) => ['/audit', '/settings', '/agents'].includes(path)));
});

test('conversations and people are found in the command bar by words, address and number, as far as the agent sees them', async (t) => {
  const { scope, base, anna, mail, piotr } = await workspaceFor(t);
  const [seen] = [await addFolder(scope, 'Sklep')];
  const { conversationId: id } = await mail({ subject: 'Zepsuta pralka', from: { address: 'jozef@customer.test', name: 'Józef Żak' } });
  const { conversationId: other } = await mail({ subject: 'Pralka i suszarka', from: { address: 'ola@customer.test', name: 'Ola Lis' } });
  const find = async (q: string, client = anna) => offered((await client.get(`/commands?q=${encodeURIComponent(q)}`, PART)).text);
  t.deepEqual(await find('pralka'), [`/conversations/${other}?q=pralka`, `/conversations/${id}?q=pralka`, '/conversations?q=pralka']);
  t.deepEqual((await find('jozef z'))[0], '/conversations?q=from%3Ajozef%40customer.test');
  t.deepEqual((await find('jozef@customer.test'))[0], '/conversations?q=from%3Ajozef%40customer.test');
  await mail({ subject: `Zamówienie ${id}` });
  for (const typed of [`#${id}`, `${id}`]) t.is((await find(typed))[0], `/conversations/${id}`, 'before what has the number in its words');
  t.deepEqual(await find('from:'), ['/conversations?q=from%3A'], 'what is not understood finds nothing');
  await confine(scope, piotr, [seen.id]);
  const client = httpClient(base);
  signIn(client, 2);
  await fileConversation(scope, other, seen.id);
  t.deepEqual(await find('pralka', client), [`/conversations/${other}?q=pralka`, '/conversations?q=pralka']);
  t.deepEqual(await find(`#${id}`, client), [`/conversations?q=%23${id}`]);
  t.deepEqual(await find('jozef', client), ['/conversations?q=jozef']);
  const whole = await client.get('/commands?q=pralka');
  t.regex(whole.text, /<h1>Przejdź, zrób lub znajdź/);
  t.true(offered(whole.text).includes('/profile'), 'as a page without scripts both at once');
  t.is((await client.get(`/commands?q=${'x'.repeat(300)}`)).status, 400);
});
