import test from 'ava';
import { addFolder } from '../../core/folders/edit.ts';
import { confine } from '../support/folders.ts';
import { workspaceFor } from '../support/workspace.ts';

test('moving a conversation to another folder offers to put it back, to whoever may still do that', async (t) => {
  const { anna, mail, scope, agentId } = await workspaceFor(t);
  const { conversationId: id } = await mail({});
  const returns = (await addFolder(scope, 'Zwroty')).id;
  const place = async () => (await scope.db('conversations').where({ id }).first('folder_id')).folder_id;
  await anna.get(`/conversations/${id}`);
  await anna.post(`/conversations/${id}/folder`, { folderId: String(returns) });
  t.is(await place(), returns);
  const { text } = await anna.get(`/conversations/${id}`);
  t.true(text.includes(`action="/conversations/${id}/folder?back=1"`));
  t.is((await anna.post(`/conversations/${id}/folder?back=1`)).status, 303);
  t.is(await place(), 1);
  await anna.post(`/conversations/${id}/folder`, { folderId: String(returns) });
  await confine(scope, agentId, [returns]);
  t.is((await anna.post(`/conversations/${id}/folder?back=1`)).status, 404);
  t.is(await place(), returns);
});
