import test from 'ava';
import { closeConversation } from '../../core/conversations/close.ts';
import { silentLog } from '../../core/lib/log.ts';
import { previewRules, retire } from '../../core/retention/retire.ts';
import { saveRules } from '../../core/retention/rules.ts';
import { restoreConversation, trashConversation } from '../../core/trash/trash.ts';
import { houseFor } from '../support/house.ts';

const DAY = 1_440;

test('what somebody put back from the trash stays as long again as its inbox keeps conversations, and then goes', async (t) => {
  const { scope, agentScope, inboxId, mail, pass } = await houseFor(t);
  const inboxes = [{ id: inboxId, name: 'Pomoc', ownerId: null } as never];
  const night = () =>
    retire(
      { ...scope, actor: { kind: 'system', task: 'retention' } },
      { inboxes: () => inboxes, log: silentLog },
      AbortSignal.timeout(20_000),
    );
  const { conversationId } = await mail({});
  await closeConversation(agentScope, conversationId);
  const rules = { months: new Map([[inboxId, 2]]), exceptLabelId: null };
  await saveRules(agentScope, rules);
  pass(70 * DAY);
  t.is(await night(), 1);
  await restoreConversation(agentScope, conversationId);
  for (let n = 0; n < 3; n += 1) {
    t.is(await night(), 0);
    t.deepEqual((await previewRules(scope, rules, inboxes)).first, [], 'nor is it said that it would go');
    pass(18 * DAY);
  }
  pass(10 * DAY);
  t.is(await night(), 1);
});

test('whoever deleted and put back a conversation long ago keeps retention from nothing', async (t) => {
  const { scope, agentScope, inboxId, mail, pass } = await houseFor(t);
  const inboxes = [{ id: inboxId, name: 'Pomoc', ownerId: null } as never];
  const { conversationId } = await mail({});
  await closeConversation(agentScope, conversationId);
  await trashConversation(agentScope, conversationId);
  await restoreConversation(agentScope, conversationId);
  pass(70 * DAY);
  const rules = { months: new Map([[inboxId, 2]]), exceptLabelId: null };
  t.is((await previewRules(scope, rules, inboxes)).counts[0]?.count, 1);
});
