import test from 'ava';
import { fileConversation } from '../../core/conversations/file.ts';
import { grant } from '../../core/folders/rights.ts';
import { sightOf } from '../../core/folders/sight.ts';
import type { FolderId } from '../../core/lib/ids.ts';
import { accountsWeb } from '../support/accounts.ts';
import { as, confine } from '../support/folders.ts';
import { httpClient } from '../support/http-client.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

const PART = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };

test('folders are added, renamed, ordered, nested, shut and removed by plain forms', async (t) => {
  const { anna, scope, piotr } = await workspaceFor(t);
  t.true((await anna.get('/folders')).text.includes('Odebrane'));
  for (const name of ['Sklep', 'Serwis']) t.is((await anna.post('/folders', { name, parentId: '1' })).location, '/folders');
  const order = async () =>
    [...(await anna.get('/folders')).text.matchAll(/at-depth-\d" href="\/folders\/\d+">.*?<span>([^<]+)</g)].map((match) => match[1]);
  t.deepEqual(await order(), ['Odebrane', 'Sklep', 'Serwis']);
  await anna.post('/folders/3/position', { position: '1' });
  t.deepEqual(await order(), ['Odebrane', 'Serwis', 'Sklep']);
  const twice = await anna.post('/folders', { name: 'sklep', parentId: '1' });
  t.deepEqual([twice.status, twice.text.includes('W tym miejscu jest już katalog o tej nazwie.')], [422, true]);
  const wrong = await anna.post('/folders/3', { name: 'Sklep', parentId: '1' });
  t.deepEqual([wrong.status, wrong.text.includes('value="Sklep"')], [422, true]);
  await anna.post('/folders/3', { name: 'Naprawy', parentId: '2' });
  t.deepEqual(await order(), ['Odebrane', 'Sklep', 'Naprawy']);
  const stays = await anna.post('/folders/2/removal', { into: '1' });
  t.deepEqual([stays.status, stays.text.includes('W tym katalogu są inne.')], [422, true]);
  t.is((await anna.post('/folders/2/rights', { [`level-${piotr}`]: 'none', 'level-999': 'see' })).location, '/folders/2');
  t.deepEqual(await sightOf(as(scope, piotr)), { agentId: piotr, folderIds: [1] });
  t.regex((await anna.get(`/folders/agents/${piotr}`)).text, /name="level-2"[\s\S]*?value="none" selected[\s\S]*?jak wyżej \(nie widzi\)/);
  await anna.post(`/folders/agents/${piotr}`, { 'level-1': 'see', 'level-2': '', 'level-3': 'answer' });
  t.is(await sightOf(as(scope, piotr)), null);
  t.is((await anna.post('/folders/3/removal', { into: '1' })).location, '/folders');
  t.deepEqual(await order(), ['Odebrane', 'Sklep']);
  await anna.post('/folders/1', { name: 'Poczta' });
  t.is((await order())[0], 'Poczta');
  for (const path of ['/folders/3', '/folders/x', '/folders/agents/99']) t.is((await anna.get(path)).status, 404, path);
  t.is((await anna.post('/folders/2/rights', { [`level-${piotr}`]: 'owner' })).status, 400);
});

test('the rail shows the folders that one sees with what is open in them, and each is a list of its own', async (t) => {
  const { anna, scope, mail, base, piotr, agentId } = await workspaceFor(t);
  await anna.get('/folders');
  for (const name of ['Sklep', 'Zarząd']) await anna.post('/folders', { name, parentId: '1' });
  const [shop, board] = [2 as FolderId, 3 as FolderId];
  const inShop = (await mail({ subject: 'Pralka' })).conversationId;
  await fileConversation(scope, inShop, shop);
  await fileConversation(scope, (await mail({ subject: 'Wypłaty' })).conversationId, board);
  await confine(scope, piotr, [shop], 'see');
  const web = httpClient(base);
  signIn(web, piotr);
  const page = (await web.get('/conversations')).text;
  t.regex(page, /id="folder-open"[\s\S]*?<b data-title-count>1<\/b>/);
  t.regex(page, /id="place-2" href="\/conversations\?in=2"[\s\S]*?<span>Sklep<\/span><b>1<\/b>/);
  for (const word of ['place-1', 'place-3', 'Zarząd', 'Wypłaty']) t.false(page.includes(word), word);
  const list = (await web.get('/conversations?in=2', PART)).text;
  t.true(list.includes('Pralka') && list.includes('<h1>Sklep'));
  t.true((await web.get('/conversations?in=3')).text.includes('Nie ma takiego katalogu'));
  const read = (await web.get(`/conversations/${inShop}`)).text;
  t.true(read.includes('Możesz czytać tę rozmowę, ale nie odpowiadać w niej.'));
  t.false(/data-key="[el!]"/.test(read), 'what he may not do is not offered');
  t.is((await web.post(`/conversations/${inShop}/closure`)).status, 403);
  t.regex((await anna.get('/conversations')).text, /id="place-3"[\s\S]*?<span>Zarząd<\/span><b>1<\/b>/, String(agentId));
});

test('a new user sees all folders unless some are ticked', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa', 'administrator');
  t.regex((await client.get('/agents/new')).text, /name="folders" value="all"[^>]*checked[\s\S]*name="folderIds" value="1"/);
  const person = {
    firstName: 'Jan',
    lastName: 'Nowak',
    jobTitle: '',
    email: 'jan@firma.example',
    role: 'agent',
    language: 'pl',
    access: 'invitation',
  };
  const none = await client.post('/agents', { ...person, folders: 'chosen' });
  t.deepEqual([none.status, none.text.includes('Zaznacz przynajmniej jeden katalog.')], [422, true]);
  await web.scope.db('folders').insert({ parent_id: 1, name: 'Sklep', name_key: 'sklep', position: 1, created_at: '' });
  t.is((await client.post('/agents', { ...person, folders: 'chosen', folderIds: '2' })).status, 200);
  const { id } = await web.scope.db('agents').where({ email: person.email }).first('id');
  t.deepEqual(await sightOf(as(web.scope, id)), { agentId: id, folderIds: [2] });
});

test('a conversation is put into another folder by a picker, and only into one where its agent may do so', async (t) => {
  const { anna, scope, mail, agentId } = await workspaceFor(t);
  await anna.get('/folders');
  for (const name of ['Sklep', 'Serwis', 'Zarząd']) await anna.post('/folders', { name, parentId: '1' });
  const { conversationId } = await mail({});
  await grant(scope, [
    { agentId, folderId: 3 as FolderId, level: 'see' },
    { agentId, folderId: 4 as FolderId, level: 'none' },
  ]);
  const path = `/conversations/${conversationId}/folder`;
  t.regex((await anna.get(`/conversations/${conversationId}`)).text, /href="\/conversations\/\d+\/folder" data-key="v"/);
  const picker = (await anna.get(path)).text;
  t.regex(picker, /name="folderId" value="1" aria-pressed="true"[\s\S]*name="folderId" value="2" aria-pressed="false"/);
  for (const word of ['Serwis', 'Zarząd']) t.false(picker.includes(word), word);
  const part = await anna.post(path, { folderId: '2', name: '' }, PART);
  t.regex(part.text, /data-done[\s\S]*hx-target="#thead"[\s\S]*Przeniesiono rozmowę/);
  t.is((await scope.db('conversations').first('folder_id')).folder_id, 2);
  t.is((await anna.post(path, { folderId: '3' })).status, 403);
  t.is((await anna.post(path, { folderId: '4' })).status, 404);
  t.is((await anna.post(path, { name: 'nigdzie' })).status, 422);
  t.is((await anna.post(path, { name: 'odeb' })).location, `/conversations/${conversationId}`);
  t.is((await scope.db('conversations').first('folder_id')).folder_id, 1);
});

test('one conversation is shared from its menu, listed there, and taken back there', async (t) => {
  const { anna, scope, mail, piotr, base } = await workspaceFor(t);
  const { conversationId } = await mail({});
  await confine(scope, piotr, []);
  const path = `/conversations/${conversationId}/shares`;
  t.true((await anna.get(`/conversations/${conversationId}`)).text.includes(path));
  t.regex((await anna.get(path)).text, new RegExp(`<option value="${piotr}"`));
  const guest = httpClient(base);
  signIn(guest, piotr);
  t.is((await guest.get(`/conversations/${conversationId}`)).status, 404);
  t.is((await anna.post(path, { agentId: String(piotr) })).location, path);
  t.regex((await anna.get(path)).text, /id="shares"[\s\S]*Anna Nowak[\s\S]*Cofnij/);
  t.is((await guest.get(`/conversations/${conversationId}`)).status, 200);
  t.true((await guest.get('/conversations')).text.includes(`id="c${conversationId}"`));
  t.is((await guest.get(path)).status, 403, 'a guest invites nobody');
  t.is((await anna.post(path, { agentId: '' })).status, 422);
  t.is((await anna.post(`${path}/removal`, { agentId: String(piotr) })).location, path);
  t.is((await guest.get(`/conversations/${conversationId}`)).status, 404);
});
