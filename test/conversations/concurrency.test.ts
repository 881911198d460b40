import test from 'ava';
import { closeConversation } from '../../core/conversations/close.ts';
import { findConversation } from '../../core/conversations/list.ts';
import { countAll, recountCounters } from '../../core/conversations/recount.ts';
import { reopenConversation } from '../../core/conversations/reopen.ts';
import { receiveInbound } from '../../core/ingest/receive.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { houseFor, mailFrom } from '../support/house.ts';

test('mails, answers and closings of one conversation at the same moment all count', async (t) => {
  const house = await houseFor(t);
  const { scope, endpoints, agentId } = house;
  const { conversationId } = await house.mail({ externalId: 'a@x' });
  const records = await Promise.all(Array.from({ length: 8 }, () => house.keep()));
  await Promise.all([
    ...records.map((record) => receiveInbound(scope, endpoints, record, [mailFrom('jan@customer.test', { references: ['a@x'] })])),
    ...records.map((_, n) =>
      replyToConversation(scope, endpoints, { conversationId, authorId: agentId, text: `${n}`, html: null, attachments: [] }),
    ),
    closeConversation(scope, conversationId),
    reopenConversation(scope, conversationId),
  ]);
  const after = await findConversation(scope, conversationId);
  t.is(after?.messageCount, 17);
  t.is((await scope.db('deliveries')).length, 8);
  t.is((await countAll(scope)).get('deliveries.waiting'), 8);
  t.deepEqual(await recountCounters(scope), []);
});

test('the same bytes handed in twice at the same moment are received once', async (t) => {
  const house = await houseFor(t);
  const records = await Promise.all([house.keep({ bytes: 'same' }), house.keep({ bytes: 'same' }), house.keep({ bytes: 'same' })]);
  const results = await Promise.all(
    records.map((record) => receiveInbound(house.scope, house.endpoints, record, [mailFrom('jan@customer.test')])),
  );
  t.deepEqual(results.toSorted(), ['duplicate', 'duplicate', 'received']);
  t.is((await house.scope.db('messages')).length, 1);
});

test('one record taken by two workers is received once', async (t) => {
  const house = await houseFor(t);
  const record = await house.keep();
  const twice = [1, 2].map(() => receiveInbound(house.scope, house.endpoints, record, [mailFrom('jan@customer.test')]));
  t.deepEqual(await Promise.all(twice), ['received', 'received']);
  t.is((await house.scope.db('messages')).length, 1);
});

test('many strangers who write to different inboxes at the same moment all arrive', async (t) => {
  const house = await houseFor(t);
  const inboxes = [house.inboxId, await house.addInbox('sales@company.test'), await house.addInbox('jobs@company.test')];
  const records = await Promise.all(Array.from({ length: 30 }, (_, n) => house.keep({ inboxId: inboxes[n % 3] as typeof house.inboxId })));
  await Promise.all(records.map((record, n) => receiveInbound(house.scope, house.endpoints, record, [mailFrom(`c${n % 10}@x.test`)])));
  t.is((await house.scope.db('conversations')).length, 30);
  t.is((await house.scope.db('contacts')).length, 10);
  t.deepEqual(await recountCounters(house.scope), []);
});
