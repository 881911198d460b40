import test from 'ava';
import { readCounters } from '../../core/conversations/counters.ts';
import { listConversations } from '../../core/conversations/list.ts';
import { recountCounters } from '../../core/conversations/recount.ts';
import { connect } from '../../core/db/connect.ts';
import { messagesWithWords } from '../../core/search/find.ts';
import { databaseTarget, scopeFor } from '../support/db.ts';
import { tempDir } from '../support/temp-dir.ts';
import { COMMON_WORD, corpusConversation, RARE_WORD } from './corpus.ts';
import { seed } from './seed.ts';

test('the bench corpus is the same on every machine', (t) => {
  const { subject, status, customer, messages } = corpusConversation(777, 10_000);
  t.deepEqual(corpusConversation(777, 10_000), corpusConversation(777, 10_000));
  t.is(messages.length, 3);
  t.true(messages[0]?.text.includes(RARE_WORD));
  t.true(subject.split(' ').length === 5 && customer < 2500 && ['open', 'assigned', 'closed'].includes(status));
});

test('a seeded data folder is what the product itself would have written', async (t) => {
  const dir = tempDir(t);
  const target = await databaseTarget(t, dir);
  await seed({ dataDir: dir, databaseUrl: target.url }, 1200);
  const db = connect(target);
  t.teardown(() => db.destroy());
  const scope = await scopeFor(t, db);
  t.deepEqual(await recountCounters(scope), [], 'every number beside a folder');
  const counters = await readCounters(scope);
  const rows: { status: string; assigned: number | boolean; n: number | string }[] = await db('conversations')
    .select('status', db.raw('(assignee_id is not null) as assigned'))
    .count({ n: 'id' })
    .groupBy('status', 'assigned');
  const count = (status: string): number => rows.filter((row) => row.status === status).reduce((sum, row) => sum + Number(row.n), 0);
  t.is(counters.open, count('open'));
  t.is(counters.closed, count('closed'));
  t.is(counters.open + counters.closed, 1200);
  t.is(counters.unassigned, Number(rows.find((row) => row.status === 'open' && !row.assigned)?.n));
  t.is(
    [...counters.openByAssignee.values()].reduce((a, b) => a + b, 0),
    counters.open - counters.unassigned,
  );
  t.deepEqual(
    (await listConversations(scope, { q: RARE_WORD })).items.map((row) => Number(row.id)),
    [778],
  );
  t.true((await messagesWithWords(scope, COMMON_WORD)).length > 200);
  const page = await listConversations(scope, { status: 'open', limit: 50 });
  t.is(page.items.length, 50);
});
