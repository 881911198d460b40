import test from 'ava';
import { assignConversation } from '../../core/conversations/assign.ts';
import { closeConversation } from '../../core/conversations/close.ts';
import { listConversations } from '../../core/conversations/list.ts';
import { type ListFilters, STATUSES } from '../../core/conversations/types.ts';
import type { AgentId, ContactId, ConversationId, InboxId } from '../../core/lib/ids.ts';
import { encodeCursor } from '../../core/lib/page.ts';
import { type House, houseFor } from '../support/house.ts';
import { answer } from '../support/sending.ts';

test('an empty house has empty lists under every filter', async (t) => {
  const { scope } = await houseFor(t);
  for (const status of [undefined, ...STATUSES])
    for (const sort of ['newest', 'waiting'] as const)
      for (const assigneeId of [undefined, 'unassigned' as const, 1 as AgentId])
        for (const inboxId of [undefined, 1 as InboxId])
          for (const contactId of [undefined, 1 as ContactId])
            for (const q of [undefined, 'dzień dobry'])
              t.deepEqual(await listConversations(scope, { status, sort, assigneeId, inboxId, q, contactId }), { items: [], next: null });
});

/** Twelve conversations, one a minute: odd ones of sales, each third closed, each fourth assigned. */
async function twelve(t: Parameters<typeof houseFor>[0]) {
  const house = await houseFor(t);
  const sales = await house.addInbox('sales@company.test');
  const ids: ConversationId[] = [];
  for (let n = 0; n < 12; n += 1) {
    house.pass(1);
    const from = { address: `c${n % 5}@x.test`, name: null };
    const { conversationId } = await house.mail(
      { from, subject: `Case ${n}`, text: n % 2 ? 'zażółć gęślą' : 'jaźń' },
      n % 2 ? { inboxId: sales } : {},
    );
    ids.push(conversationId);
    if (n % 4 === 0) await assignConversation(house.scope, conversationId, house.agentId);
    if (n % 3 === 0) await closeConversation(house.scope, conversationId);
  }
  const numbers = async (filters: ListFilters) =>
    (await listConversations(house.agentScope, filters)).items.map((row) => ids.indexOf(row.id));
  return { ...house, sales, ids, numbers };
}

test('every filter narrows the list, newest first', async (t) => {
  const { numbers, sales, agentId, scope, ids } = await twelve(t);
  t.deepEqual(await numbers({}), [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  t.deepEqual(await numbers({ status: 'open' }), [11, 10, 8, 7, 5, 4, 2, 1]);
  t.deepEqual(await numbers({ status: 'closed' }), [9, 6, 3, 0]);
  t.deepEqual(await numbers({ inboxId: sales }), [11, 9, 7, 5, 3, 1]);
  t.deepEqual(await numbers({ inboxId: sales, status: 'open' }), [11, 7, 5, 1]);
  t.deepEqual(await numbers({ assigneeId: agentId }), [8, 4, 0]);
  t.deepEqual(await numbers({ assigneeId: 'unassigned', status: 'open' }), [11, 10, 7, 5, 2, 1]);
  t.deepEqual(await numbers({ assigneeId: 'unassigned', inboxId: sales }), [11, 9, 7, 5, 3, 1]);
  const { contact_id } = await scope
    .db('conversations')
    .where({ id: ids[1] as number })
    .first();
  t.deepEqual(await numbers({ contactId: contact_id }), [11, 6, 1]);
});

test('words of messages find their conversations under the same filters', async (t) => {
  const { numbers } = await twelve(t);
  t.deepEqual(await numbers({ q: 'jazn' }), [10, 8, 6, 4, 2, 0]);
  t.deepEqual(await numbers({ q: 'GĘŚLĄ zazolc', status: 'closed' }), [9, 3]);
  t.deepEqual(await numbers({ q: 'case 11' }), [11]);
  t.deepEqual(await numbers({ q: 'gesl' }), [11, 9, 7, 5, 3, 1]);
  t.deepEqual(await numbers({ q: 'ge' }), []);
  t.deepEqual(await numbers({ q: 'jazn', assigneeId: 'unassigned', status: 'open' }), [10, 2]);
  t.deepEqual(await numbers({ q: 'jazn', status: 'open', sort: 'waiting' }), [2, 4, 8, 10]);
  t.deepEqual(await numbers({ q: '"; drop table & | ! * ( ) :' }), []);
  t.deepEqual(await numbers({ q: 'zazolc jazn' }), []);
});

test('a number finds the conversation that bears it', async (t) => {
  const { numbers, ids } = await twelve(t);
  t.true((await numbers({ q: `#${ids[7]}` })).includes(7));
  t.deepEqual(await numbers({ q: '#99999999999999' }), []);
});

test('the longest waiting come first, and those that nobody waits in last', async (t) => {
  const house = await twelve(t);
  await answer(house, house.ids[2] as ConversationId, ['jan@customer.test']);
  t.deepEqual(await house.numbers({ status: 'open', sort: 'waiting' }), [1, 4, 5, 7, 8, 10, 11, 2]);
  t.deepEqual(await house.numbers({ status: 'open', sort: 'waiting', inboxId: house.sales }), [1, 5, 7, 11]);
  t.deepEqual(await house.numbers({ status: 'open', sort: 'waiting', assigneeId: house.agentId }), [4, 8]);
});

for (const filters of [{}, { status: 'open' }, { status: 'open', sort: 'waiting' }, { assigneeId: 'unassigned' }, { q: 'case' }] as const)
  test(`pages of ${JSON.stringify(filters)} follow each other without gap or repeat`, async (t) => {
    const house = await twelve(t);
    const whole = (await listConversations(house.scope, filters)).items.map((row) => row.id);
    t.deepEqual(await walk(house, filters, 1), whole);
    t.deepEqual(await walk(house, filters, 5), whole);
    t.is((await listConversations(house.scope, { ...filters, limit: whole.length })).next, null);
  });

async function walk({ scope }: House, filters: ListFilters, limit: number): Promise<readonly ConversationId[]> {
  const seen: ConversationId[] = [];
  for (let cursor: string | undefined | null; cursor !== null; ) {
    const page = await listConversations(scope, { ...filters, limit, cursor });
    seen.push(...page.items.map((row) => row.id));
    cursor = page.next;
  }
  return seen;
}

test('conversations of the same moment are paged by their number', async (t) => {
  const house = await houseFor(t);
  for (let n = 0; n < 5; n += 1) await house.mail({});
  const seen = await walk(house, { status: 'open' }, 2);
  t.deepEqual(
    seen,
    seen.toSorted((a, b) => b - a),
  );
  t.is(seen.length, 5);
});

test('a new answer moves its conversation to the top', async (t) => {
  const { numbers, mail, ids, pass, scope } = await twelve(t);
  pass(1);
  const { external_id } = await scope
    .db('messages')
    .where({ conversation_id: ids[1] as number })
    .first();
  await mail(
    { from: { address: 'c1@x.test', name: null }, references: [external_id] },
    {
      inboxId: (
        await scope
          .db('conversations')
          .where({ id: ids[1] as number })
          .first()
      ).inbox_id,
    },
  );
  t.is((await numbers({}))[0], 1);
});

test('a cursor from elsewhere is refused, whatever it holds', async (t) => {
  const { scope } = await houseFor(t);
  for (const cursor of [
    '',
    'x',
    encodeCursor([1]),
    encodeCursor([1, 2]),
    encodeCursor(['a', 'b']),
    encodeCursor(['a', 1e12]),
    encodeCursor(['a\0', 1]),
    encodeCursor(['a', 1.5]),
  ])
    await t.throwsAsync(listConversations(scope, { cursor }), { code: 'invalid' }, cursor);
});

test('a list page takes one query, up to three with words', async (t) => {
  const { scope } = await twelve(t);
  let queries = 0;
  scope.db.on('query', () => {
    queries += 1;
  });
  await listConversations(scope, { status: 'open' });
  t.is(queries, 1);
  await listConversations(scope, { q: 'jaźń' });
  t.is(queries, 4);
});

test('limits outside 1 to 100 are brought inside', async (t) => {
  const { scope } = await twelve(t);
  t.is((await listConversations(scope, { limit: 0 })).items.length, 1);
  t.is((await listConversations(scope, { limit: 10_000 })).items.length, 12);
});
