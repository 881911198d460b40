import test from 'ava';
import { transact } from '../../core/db/scope.ts';
import type { Judge } from '../../core/ingest/judge.ts';
import { settleRaw } from '../../core/ingest/received/store.ts';
import type { SpamVerdict, Verdict } from '../../core/ingest/verdict.ts';
import type { Authentication } from '../../core/lib/authentication.ts';
import { pipeline, rawText } from '../support/ingest.ts';
import { until } from '../support/until.ts';

const UNCHECKED: Authentication = {
  origin: 'outside',
  ip: null,
  helo: null,
  fromDomain: null,
  spf: null,
  dkim: [],
  dmarc: { result: 'temperror', policy: null, domain: null },
  arc: null,
  pretences: [],
};

const scored: SpamVerdict = { state: 'scored', score: 7.5, symbols: [{ name: 'BIG_PRIZE', score: 7.5 }] };
const judge = (name: string, work: Judge['judge'], timeLimitMs = 5000): Judge => ({ name, timeLimitMs, judge: work });
const findsSpam = judge('spam', async (_subject, verdict) => ({ ...verdict, spam: scored }));

/** A pipeline whose receiver remembers the verdicts it was given. */
async function court(t: Parameters<typeof pipeline>[0], judges: readonly Judge[]) {
  const given: Verdict[] = [];
  const options: Parameters<typeof pipeline>[1] = {
    judges,
    receive: async (tx, record, _items, verdict) => {
      given.push(verdict);
      await transact(tx, (write) => settleRaw(write, record, { status: 'received', reason: null, spamReason: null }, verdict));
      return 'received';
    },
  };
  return { ...(await pipeline(t, options)), given };
}

test.serial('without a judge a thing is received unjudged and nothing is written about it', async (t) => {
  const { spool, pump, inboxId, scope, given } = await court(t, []);
  await spool.keep(rawText(inboxId, 'one'));
  await pump.idle();
  t.deepEqual(given, [{ authentication: null, spam: null }]);
  t.like(await scope.db('raw_inbound').first(), { judged_at: null, authentication: null, spam_state: null });
});

test.serial('a later judge sees what an earlier one found, and the whole verdict is kept with the thing', async (t) => {
  const seen: unknown[] = [];
  const checks = judge('sender', async (_subject, verdict) => ({ ...verdict, authentication: UNCHECKED }));
  const watches = judge('watch', async ({ items }, verdict) => {
    seen.push(items.length, verdict.authentication?.dmarc?.result);
    return verdict;
  });
  const { spool, pump, inboxId, scope, given } = await court(t, [checks, watches, findsSpam]);
  await spool.keep(rawText(inboxId, 'one'));
  await pump.idle();
  t.deepEqual(seen, [1, 'temperror']);
  t.deepEqual(given, [{ authentication: UNCHECKED, spam: scored }]);
  const row = await scope.db('raw_inbound').first();
  t.like(row, { spam_state: 'scored', spam_score: 7.5, spam_report: JSON.stringify(scored.symbols) });
  t.deepEqual(JSON.parse(row.authentication), UNCHECKED);
  t.truthy(row.judged_at);
});

test.serial('a judge that fails or never answers adds nothing and holds nothing up', async (t) => {
  const breaks = judge('broken', async () => {
    throw new Error('no such host');
  });
  let aborted = false;
  const sleeps = judge(
    'asleep',
    (_subject, _verdict, signal) => new Promise(() => signal.addEventListener('abort', () => (aborted = true))),
    100,
  );
  const { spool, pump, inboxId, given } = await court(t, [breaks, sleeps, findsSpam]);
  await spool.keep(rawText(inboxId, 'one'));
  await pump.idle();
  t.deepEqual(given, [{ authentication: null, spam: scored }]);
  t.true(aborted);
});

test.serial('the things of a batch are judged at the same time and received in their order', async (t) => {
  let together = 0;
  let most = 0;
  const slow = judge('slow', async ({ record }, verdict) => {
    together += 1;
    most = Math.max(most, together);
    await until('another one is being judged too', () => most > 1);
    await new Promise((resolve) => setTimeout(resolve, record.id % 2 === 0 ? 0 : 20));
    together -= 1;
    return { ...verdict, spam: { ...scored, score: record.id } };
  });
  const { spool, pump, inboxId, given } = await court(t, [slow]);
  await Promise.all(['a', 'b', 'c', 'd'].map((text) => spool.keep(rawText(inboxId, text))));
  await pump.idle();
  const scores = given.map(({ spam }) => spam?.score ?? 0);
  t.is(scores.length, 4);
  t.deepEqual(
    scores,
    scores.toSorted((a, b) => a - b),
  );
  t.true(most > 1);
});

test.serial('a thing tried again keeps the verdict of the day it came', async (t) => {
  let times = 0;
  const counts = judge('count', async (_subject, verdict) => {
    times += 1;
    return { ...verdict, spam: scored };
  });
  const { spool, pump, inboxId, scope, given } = await court(t, [counts]);
  await spool.keep(rawText(inboxId, 'one'));
  await pump.idle();
  await scope.db('raw_inbound').update({ status: 'waiting' });
  pump.wake();
  await pump.idle();
  t.is(times, 1);
  t.deepEqual(given[1], { authentication: null, spam: scored });
});
