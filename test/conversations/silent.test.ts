import test from 'ava';
import { fileConversation } from '../../core/conversations/file.ts';
import { addFolder } from '../../core/folders/edit.ts';
import { confine } from '../support/folders.ts';
import { httpClient } from '../support/http-client.ts';
import { countQueries } from '../support/queries.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

test('whoever works in a mailbox is told above his list that its mail does not come, and others are not', async (t) => {
  const { scope, agentScope, inboxId, piotr, base, anna, mail, silent } = await workspaceFor(t);
  const { conversationId } = await mail({});
  const { id: other } = await addFolder(scope, 'Kadry');
  await confine(scope, piotr, [other]);
  const worker = httpClient(base);
  signIn(worker, piotr);
  const shown = async (client = worker): Promise<string> =>
    /nie odbiera poczty od [^<]+/.exec((await client.get('/conversations')).text)?.[0] ?? '';
  t.is(await shown(), '');
  const before = await countQueries(scope.db, () => worker.get('/conversations'));
  silent.set(inboxId, new Date(scope.now().getTime() - 20 * 60_000));
  t.is(await shown(), '', 'he sees nothing of that inbox');
  t.is(await shown(anna), 'nie odbiera poczty od 09:40.');
  await fileConversation(agentScope, conversationId, other);
  t.is(await shown(), 'nie odbiera poczty od 09:40.');
  const { text } = await worker.get('/conversations/rows');
  t.regex(text, /hx-target="#silent-inboxes"[\s\S]+nie odbiera poczty od 09:40/);
  t.is(await countQueries(scope.db, () => worker.get('/conversations')), before);
  silent.clear();
  t.is(await shown(), '');
});
