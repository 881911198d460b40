import test from 'ava';
import { fileConversation } from '../../core/conversations/file.ts';
import { addFolder } from '../../core/folders/edit.ts';
import { grant } from '../../core/folders/rights.ts';
import { TOP_FOLDER } from '../../core/folders/types.ts';
import type { ConversationId } from '../../core/lib/ids.ts';
import { httpClient } from '../support/http-client.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

const FORM = { kind: 'forward', text: 'Proszę o wycenę.', forwardTo: 'Serwis <serwis@naprawa.test>', forwardOf: '1', forwardFiles: 'yes' };
const SIDE = 2 as ConversationId;

test('without scripts a link opens the composer for it; what is wrong comes back with all that was typed', async (t) => {
  const { mail, anna, scope } = await workspaceFor(t);
  await mail({ from: { address: 'jan@klient.test', name: 'Jan' } });
  await mail({ from: { address: 'jan@klient.test', name: 'Jan' }, text: 'Jeszcze jedno', references: [] });
  const page = await anna.get('/conversations/1?forward=1');
  t.regex(page.text, /href="\/conversations\/1\?forward=1#composer" data-forward="1"/);
  t.regex(page.text, /value="forward" checked/);
  t.regex(page.text, /<option value="1" selected>Jan/);
  t.regex((await anna.get('/conversations/1?forward=all')).text, /<option value="" selected>/);
  const wrong = await anna.post('/conversations/1/messages', { ...FORM, forwardTo: 'serwis', forwardFiles: '' });
  t.is(wrong.status, 422);
  for (const part of [/value="forward" checked/, /name="forwardTo" value="serwis"/, /Proszę o wycenę\./]) t.regex(wrong.text, part);
  t.false(/name="forwardFiles" value="yes" checked/.test(wrong.text));
  const { fields, kind } = await scope.db('drafts').first();
  t.is(kind, 'forward');
  t.deepEqual(JSON.parse(fields).forward, { to: 'serwis', of: 1, files: false });
  t.is((await anna.post('/conversations/1/messages', FORM)).location, '/conversations/1');
  t.deepEqual(await scope.db('drafts'), []);
  const sent = await anna.get('/conversations/1');
  t.regex(sent.text, /id="forward-1"[\s\S]*href="\/conversations\/3">#3 Serwis<\/a>[\s\S]*Anna Nowak[\s\S]*jeszcze bez odpowiedzi/);
  t.regex((await anna.get('/conversations/3')).text, /Przekazane z rozmowy<\/span><a href="\/conversations\/1">#1 Broken/);
});

test('taken back it is a draft where it came from, below what was typed since, and its side conversation is gone', async (t) => {
  const { mail, anna, scope } = await workspaceFor(t);
  await mail({ from: { address: 'jan@klient.test', name: 'Jan' } });
  await anna.get('/conversations/1');
  await anna.post('/conversations/1/messages', FORM);
  const { side_message_id: sent } = await scope.db('forwards').first();
  const typed = { composing: '1', kind: 'reply', text: 'Jeszcze dziś damy znać.' };
  t.is((await anna.post(`/messages/${sent}/withdrawal`, typed)).location, '/conversations/1');
  t.deepEqual(await scope.db('conversations').pluck('id'), [1]);
  t.deepEqual(await scope.db('forwards'), []);
  const draft = await scope.db('drafts').first();
  t.like(draft, { conversation_id: 1, kind: 'forward', text: 'Proszę o wycenę.\n\nJeszcze dziś damy znać.' });
  t.deepEqual(JSON.parse(draft.fields).forward, { to: '"Serwis" <serwis@naprawa.test>', of: 1, files: true });
});

test('who sees one side only learns of the other no more than its number, and who may not answer forwards nothing', async (t) => {
  const { mail, anna, scope, agentScope, base, piotr } = await workspaceFor(t);
  await mail({ from: { address: 'jan@klient.test', name: 'Jan' }, subject: 'Tajna sprawa' });
  await anna.get('/conversations/1');
  const folder = await addFolder(scope, 'Serwis', TOP_FOLDER);
  await anna.post('/conversations/1/messages', FORM);
  const guest = httpClient(base);
  signIn(guest, piotr);
  await fileConversation(agentScope, SIDE, folder.id);
  await grant(scope, [
    { agentId: piotr, folderId: TOP_FOLDER, level: 'see' },
    { agentId: piotr, folderId: folder.id, level: 'none' },
  ]);
  const first = await guest.get('/conversations/1');
  t.is(first.status, 200);
  t.false(/id="forward-1"|naprawa\.test/.test(first.text));
  t.is((await guest.get('/conversations/2')).status, 404);
  t.is((await guest.get('/conversations/1')).text.includes('data-forward'), false);
  const refused = await guest.post('/conversations/1/messages', FORM);
  t.is(refused.status, 403);
  await grant(scope, [
    { agentId: piotr, folderId: TOP_FOLDER, level: 'none' },
    { agentId: piotr, folderId: folder.id, level: 'see' },
  ]);
  const side = await guest.get('/conversations/2');
  t.regex(side.text, /Przekazane z rozmowy<\/span><b>#1<\/b>/);
  t.false(side.text.includes('Tajna sprawa</a>'));
});

test('a channel that knows no addresses of others offers none of it', async (t) => {
  const { addInbox, mail, anna } = await workspaceFor(t);
  const inboxId = await addInbox('sms', { addressKind: 'opaque', subject: false });
  await mail({ from: { address: '+48600100200', name: null } }, { inboxId });
  const page = await anna.get('/conversations/1');
  t.false(/data-forward|as-forward/.test(page.text));
  const refused = await anna.post('/conversations/1/messages', { ...FORM, forwardTo: 'a@b.test' });
  t.is(refused.status, 422);
  t.regex(refused.text, /Z tego kanału nie można przekazać/);
});
