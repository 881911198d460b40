import test from 'ava';
import { giveToTeam } from '../../core/conversations/assign.ts';
import { closeConversation } from '../../core/conversations/close.ts';
import { TOP_FOLDER } from '../../core/folders/types.ts';
import { addTeam } from '../../core/teams/edit.ts';
import { confine } from '../support/folders.ts';
import { httpClient } from '../support/http-client.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

test('the list of one team has an address of its own, with its number, its name and its closed ones', async (t) => {
  const { mail, scope, anna, agentId } = await workspaceFor(t);
  const [service, shop] = [await addTeam(scope, 'Serwis', [agentId]), await addTeam(scope, 'Sklep', [agentId])];
  const ids = [];
  for (const subject of ['Pralka', 'Lodówka', 'Kuchenka'])
    ids.push((await mail({ subject, from: { address: `${ids.length}@x.test`, name: null } })).conversationId);
  for (const id of ids.slice(0, 2)) await giveToTeam(scope, id, service.id);
  await giveToTeam(scope, ids[2] as never, shop.id);
  await closeConversation(scope, ids[1] as never);
  const all = (await anna.get('/conversations?folder=team')).text;
  for (const { id, name } of [service, shop])
    t.regex(all, new RegExp(`href="/conversations\\?team=${id}"[^>]*>[^<]*(<svg[\\s\\S]*?</svg>)?${name}`));
  const one = (await anna.get(`/conversations?team=${service.id}`)).text;
  t.regex(one, /<h1>Serwis <span id="list-count">1</);
  t.regex(one, /id="folder-team"[^>]*aria-current/);
  t.true(one.includes('Pralka') && !one.includes('Lodówka') && !one.includes('Kuchenka'));
  t.regex(one, new RegExp(`href="/conversations\\?folder=closed&amp;team=${service.id}"`));
  t.regex((await anna.get(`/conversations?team=${service.id}&folder=closed`)).text, /Lodówka/);
  t.regex((await anna.get(`/conversations/rows?team=${shop.id}`)).text, /Kuchenka/);
  t.regex((await anna.get('/conversations?team=99')).text, /<h1>Nie ma takiego zespołu/);
});

test('who may only read is offered nothing else for many conversations, and who may change something is offered all', async (t) => {
  const { mail, scope, base, anna, piotr } = await workspaceFor(t);
  const { conversationId } = await mail({ subject: 'Pralka' });
  await confine(scope, piotr, [], 'see');
  await confine(scope, piotr, [TOP_FOLDER], 'see');
  const reader = httpClient(base);
  signIn(reader, piotr);
  const actsOf = (html: string): readonly string[] => [...html.matchAll(/name="act" value="(\w+)[:"]/g)].map(([, act = '']) => act);
  const list = (await reader.get('/conversations')).text;
  t.regex(list, /Pralka/);
  t.deepEqual(actsOf(list), ['read']);
  t.deepEqual(actsOf((await reader.post('/bulk-actions/choices', { ids: String(conversationId) })).text), ['read']);
  const own = actsOf((await anna.get('/conversations')).text);
  for (const act of ['close', 'spam', 'trash', 'merge']) t.true(own.includes(act), act);
});
