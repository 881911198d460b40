import test from 'ava';
import { listConversations } from '../../core/conversations/list.ts';
import { REINDEX_JOB, reindexHandler } from '../../core/search/reindex.ts';
import { markSpam } from '../../core/spam/mark.ts';
import { houseFor } from '../support/house.ts';

const job = (below: number | null) => ({ id: 1, kind: REINDEX_JOB, data: { below }, attempts: 1 });

test('messages from before are indexed anew in parts that go on after a stop, and spam stays out of sight', async (t) => {
  const { mail, scope, agentScope } = await houseFor(t);
  for (let n = 0; n < 30; n += 1) await mail({ from: { address: `c${n}@x.test`, name: 'Jan Nowak' }, text: 'word' });
  const spam = await mail({ from: { address: 'bad@spam.test', name: 'Jan Nowak' }, text: 'word' });
  await markSpam(agentScope, spam.conversationId, true);
  await scope.db('message_search').delete();
  const found = async () => (await listConversations(agentScope, { q: 'from:nowak', limit: 100 })).items.length;
  t.is(await found(), 0);
  const stopped = new AbortController();
  stopped.abort();
  await reindexHandler()(scope, job(6), stopped.signal);
  t.deepEqual(await scope.db('jobs').where({ kind: REINDEX_JOB }).pluck('data'), ['{"below":6}'], 'it goes on where it was');
  await reindexHandler()(scope, job(6), new AbortController().signal);
  t.is(await found(), 5);
  await reindexHandler()(scope, job(null), new AbortController().signal);
  await reindexHandler()(scope, job(null), new AbortController().signal);
  t.is(await found(), 30, 'twice does no harm');
  t.is((await scope.db('message_search')).length, 30);
});
