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

/** A message that is forwarded tomorrow, into a folder in which Piotr works; where it comes from he sees nothing. */
async function forwarded(t: Parameters<typeof workspaceFor>[0]) {
  const house = await workspaceFor(t);
  const { mail, anna, scope, agentScope, base, piotr } = house;
  await mail({ from: { address: 'jan@klient.test', name: 'Jan' }, subject: 'Pralka', text: 'Tajne słowa.' });
  await anna.get('/conversations/1');
  const sendAt = new Date(scope.now().getTime() + 24 * 3_600_000).toISOString();
  t.is((await anna.post('/conversations/1/messages', { ...FORM, sendAt })).location, '/conversations/1');
  const folder = await addFolder(scope, 'Serwis', TOP_FOLDER);
  await fileConversation(agentScope, SIDE, folder.id);
  await grant(scope, [
    { agentId: piotr, folderId: TOP_FOLDER, level: 'none' },
    { agentId: piotr, folderId: folder.id, level: 'move' },
  ]);
  const guest = httpClient(base);
  signIn(guest, piotr);
  t.is((await guest.get('/conversations/1')).status, 404);
  const { side_message_id: sent } = await scope.db('forwards').first();
  return { ...house, guest, sent };
}

const drafts = async ({ scope }: { scope: Awaited<ReturnType<typeof forwarded>>['scope'] }) =>
  (await scope.db('drafts').select('agent_id', 'conversation_id', 'kind', 'text', 'fields')).map((one) => ({ ...one }));

test('a colleague who sees only what a forward began takes it back as a new message of his own, which he finds', async (t) => {
  const { guest, sent, scope, piotr, base } = await forwarded(t);
  await guest.get('/conversations/2');
  const at = { 'HX-Request': 'true', 'HX-Request-Type': 'partial', 'HX-Current-URL': `${base}/conversations/1` };
  const back = await guest.post(`/messages/${sent}/withdrawal`, {}, at);
  t.false(back.text.includes('Tajne słowa'), back.text.slice(0, 500));
  t.is(back.headers.get('hx-redirect'), '/conversations/new');
  const [draft, ...others] = await drafts({ scope });
  t.deepEqual(others, []);
  t.like(draft, { agent_id: piotr, conversation_id: null, kind: 'new', text: 'Proszę o wycenę.' });
  t.like(JSON.parse(draft?.fields), { moreTo: '"Serwis" <serwis@naprawa.test>', subject: 'Fwd: Pralka' });
  t.regex((await guest.get('/conversations/new')).text, /Proszę o wycenę\./);
});

test('a conversation that consists of what a colleague scheduled is not deleted by anybody else; its author makes a draft of it', async (t) => {
  const { guest, anna, scope, agentId } = await forwarded(t);
  await guest.get('/conversations/2');
  t.is((await guest.post('/conversations/2/trashing')).location, '/conversations/2');
  t.regex((await guest.get('/conversations/2')).text, /odpowiedź jest jeszcze wysyłana/);
  t.deepEqual(await drafts({ scope }), []);
  t.deepEqual(await scope.db('deliveries').pluck('status'), ['queued']);
  t.is((await anna.post('/conversations/2/trashing')).location, '/conversations');
  t.like((await drafts({ scope }))[0], { agent_id: agentId, conversation_id: 1, kind: 'forward', text: 'Proszę o wycenę.' });
});
