import test from 'ava';
import { listConversations } from '../../core/conversations/list.ts';
import { transact } from '../../core/db/scope.ts';
import { claimDue, nextDueAt } from '../../core/deliveries/due-store.ts';
import { countUnknown, listDeliveries } from '../../core/deliveries/list.ts';
import type { InboxId, MessageId } from '../../core/lib/ids.ts';
import { listMessages } from '../../core/messages/list.ts';
import { messagesWithIds } from '../../core/messages/match.ts';
import { houseFor } from '../support/house.ts';
import { planOf } from '../support/queries.ts';
import { answer } from '../support/sending.ts';

test('nothing that the queue, a conversation or the threading asks reads a whole table', async (t) => {
  const house = await houseFor(t);
  const { scope, inboxId } = house;
  const { conversationId } = await house.mail({});
  await answer(house, conversationId, ['a@x.test', 'b@x.test']);
  const asked: { sql: string; bindings: readonly unknown[] }[] = [];
  scope.db.on('query', (query: { sql: string; bindings: readonly unknown[] }) => asked.push(query));
  await transact(scope, (tx) => claimDue(tx, scope.now(), { messages: [5 as MessageId], inboxes: [] }));
  await transact(scope, (tx) => claimDue(tx, scope.now(), { messages: [5 as MessageId], inboxes: [9 as InboxId] }));
  await nextDueAt(scope);
  await nextDueAt(scope, { messages: [], inboxes: [9 as InboxId] });
  await listDeliveries(scope);
  await listDeliveries(scope, { status: 'sent' });
  await listDeliveries(scope, { status: 'scheduled' });
  await countUnknown(scope, conversationId);
  await listMessages(scope, conversationId);
  await messagesWithIds(scope, inboxId, ['a@x', 'b@x']);
  for (const q of [
    'turn',
    'turn is:open -is:spam from:jan before:2030',
    '"does not turn" -washing has:attachment',
    'is:unanswered has:attachment',
  ])
    await listConversations(scope, { q });
  scope.db.removeAllListeners('query');
  const questions = asked.filter(({ sql }) => /^(select|with|update)/i.test(sql));
  t.true(questions.length >= 10);
  for (const { sql, bindings } of questions) {
    const plan = await planOf(house.scope.db, sql, bindings);
    t.notRegex(plan, /^SCAN (deliveries|messages|attachments|conversations|[mdc])\b(?! USING)|Seq Scan/m, `${sql}\n${plan}`);
  }
});
