import test from 'ava';
import { markOf, presenceOf, readsOf } from '../../core/events/stream.ts';
import { addFolder } from '../../core/folders/edit.ts';
import type { AgentId, ConversationId } from '../../core/lib/ids.ts';
import { createAudience } from '../../core/live/audience.ts';
import { confine } from '../support/folders.ts';
import { workspaceFor } from '../support/workspace.ts';

test('who reads or comes to a conversation tells himself only the first, the others only the second, and nobody who does not see it', async (t) => {
  const { mail, piotr, scope } = await workspaceFor(t);
  const anna = 1 as AgentId;
  const { conversationId } = await mail({});
  const id: ConversationId = conversationId;
  const heard = async (): Promise<unknown> => {
    const hearing = await createAudience(scope)([readsOf(anna), presenceOf(id, anna), markOf(id, anna)]);
    return [hearing(anna), hearing(piotr)];
  };
  t.deepEqual(await heard(), [['reads'], [`presence-${id}`, 'conversations']]);
  await confine(scope, piotr, [(await addFolder(scope, 'Zarząd')).id]);
  t.deepEqual(await heard(), [['reads'], []]);
});
