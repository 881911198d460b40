import test from 'ava';
import { listConversations } from '../../core/conversations/list.ts';
import { isPostgres } from '../../core/db/dialect.ts';
import { attempt, transact } from '../../core/db/scope.ts';
import { receiveInbound } from '../../core/ingest/receive.ts';
import { forgetMessages } from '../../core/search/index-conversation.ts';
import { type House, houseFor, mailFrom } from '../support/house.ts';

const found = async ({ agentScope }: House, q: string) => (await listConversations(agentScope, { q, limit: 100 })).items.length;

test('many mails of one transaction become few segments of the index, and each is found', async (t) => {
  const house = await houseFor(t);
  const { scope, endpoints, keep } = house;
  const records = await Promise.all(Array.from({ length: 12 }, () => keep()));
  await transact(scope, async (tx) => {
    for (const [n, record] of records.entries())
      await receiveInbound(tx, endpoints, record, [mailFrom(`c${n}@x.test`, { text: `word common${n}` })]);
  });
  t.is(await found(house, 'word'), 12);
  t.is(await found(house, 'common7'), 1);
  if (isPostgres(scope.db)) return;
  const [{ n }] = await scope.db.raw('select count(distinct segid) as n from message_search_idx');
  t.is(n, 1);
});

test('what is hidden in the transaction that wrote it is not found, and what failed alone in it neither', async (t) => {
  const house = await houseFor(t);
  const { scope, endpoints, keep } = house;
  const records = await Promise.all(Array.from({ length: 4 }, () => keep()));
  const add = (tx: Parameters<typeof receiveInbound>[0], n: number) =>
    receiveInbound(tx, endpoints, records[n] ?? t.fail(), [mailFrom(`c${n}@x.test`, { text: 'word' })]);
  await transact(scope, async (tx) => {
    await add(tx, 0);
    await add(tx, 1);
    const [first] = await tx.db('conversations').orderBy('id').pluck('id');
    await forgetMessages(tx, first);
    await add(tx, 2);
    const [, second] = await tx.db('conversations').orderBy('id').pluck('id');
    await attempt(tx, (inner) => forgetMessages(inner, second));
    const failing = attempt(tx, async (inner) => {
      await add(inner, 3);
      throw new Error('alone');
    });
    await t.throwsAsync(failing, { message: 'alone' });
  });
  t.is(await found(house, 'word'), 1);
  t.is(await found(house, 'c2'), 1);
  t.is((await scope.db('message_search')).length, 1);
});
