import test from 'ava';
import { addFolder } from '../../core/folders/edit.ts';
import { grant } from '../../core/folders/rights.ts';
import { TOP_FOLDER } from '../../core/folders/types.ts';
import { httpClient, multipart } from '../support/http-client.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

const words = { kind: 'reply', to: 'jan@customer.test', text: 'Część zamówiona.' };
const files = () => [new File(['treść'], 'oferta.txt', { type: 'text/plain' })];

async function mergedMeanwhile(t: Parameters<typeof workspaceFor>[0]) {
  const house = await workspaceFor(t);
  await house.mail({});
  await house.mail({ subject: 'Drugi list' });
  await house.anna.get('/conversations/2');
  t.is((await house.anna.post('/conversations/merger', { ids: '1,2', into: '1' })).location, '/conversations/1');
  return house;
}

test('an answer that is sent, or kept, in a conversation that was merged a moment ago waits with its file where that one went', async (t) => {
  const { anna, scope } = await mergedMeanwhile(t);
  const sent = await anna.send('POST', '/conversations/2/messages', multipart({ _csrf: anna.csrf(), ...words }, files()));
  t.deepEqual([sent.status, sent.location], [303, '/conversations/1']);
  t.deepEqual(await scope.db('messages').where({ direction: 'outbound' }).pluck('id'), [], 'nothing leaves unseen');
  const page = (await anna.get('/conversations/1')).text;
  for (const part of ['Część zamówiona.</textarea>', 'oferta.txt', '#2']) t.true(page.includes(part), part);
  const kept = await anna.post('/conversations/2/draft/keeping', { kind: 'reply', text: 'Część zamówiona. Będzie jutro.' });
  t.is(kept.location, '/conversations/1');
  t.deepEqual(await scope.db('drafts').pluck('text'), ['Część zamówiona. Będzie jutro.']);
  t.deepEqual(await scope.db('draft_attachments').pluck('filename'), ['oferta.txt']);
});

test('beside another draft there it stays with its number, and the composer offers it', async (t) => {
  const { anna, scope } = await mergedMeanwhile(t);
  const token = { 'x-csrf-token': anna.csrf() };
  await anna.send('PUT', '/conversations/1/draft', new URLSearchParams({ kind: 'reply', text: 'Inny początek' }), token);
  t.is((await anna.post('/conversations/2/messages', words)).location, '/conversations/1');
  const drafts = await scope.db('drafts').orderBy('conversation_id').select('conversation_id', 'text');
  t.deepEqual(
    drafts.map((one) => ({ ...one })),
    [
      { conversation_id: 1, text: 'Inny początek' },
      { conversation_id: 2, text: words.text },
    ],
  );
  t.regex((await anna.get('/conversations/1')).text, /Część zamówiona\./);
});

test('whoever does not see where a conversation went leaves nothing there', async (t) => {
  const { base, scope, piotr } = await mergedMeanwhile(t);
  const closed = await addFolder(scope, 'Zarząd', TOP_FOLDER);
  await scope.db('conversations').where({ id: 1 }).update({ folder_id: closed.id });
  await grant(scope, [{ agentId: piotr, folderId: closed.id, level: 'none' }]);
  const guest = httpClient(base);
  signIn(guest, piotr);
  await guest.get('/conversations/new');
  t.is((await guest.post('/conversations/2/messages', words)).status, 404);
  t.deepEqual(await scope.db('drafts'), []);
});
