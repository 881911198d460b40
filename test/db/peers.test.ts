import test from 'ava';
import pg from 'pg';
import { tellOnCommit } from '../../core/db/claimants.ts';
import { connect } from '../../core/db/connect.ts';
import { type Duty, openPeers } from '../../core/db/peers.ts';
import { transact } from '../../core/db/scope.ts';
import { startDispatcher } from '../../core/events/dispatcher.ts';
import { claimJobs, enqueue, releaseJobsOfTheDead } from '../../core/jobs/store.ts';
import type { ConversationId } from '../../core/lib/ids.ts';
import { silentLog } from '../../core/lib/log.ts';
import { databaseTarget, scopeFor } from '../support/db.ts';
import { until } from '../support/until.ts';

/** PostgreSQL alone can have more than one process. */
async function shared(t: Parameters<typeof databaseTarget>[0]) {
  const target = await databaseTarget(t);
  if (target.url === null) return null;
  const db = connect(target);
  t.teardown(() => db.destroy());
  const join = async (...duties: Duty[]) => {
    const peers = await openPeers(target.url ?? '', duties, silentLog);
    t.teardown(() => peers.close());
    return peers;
  };
  return { scope: await scopeFor(t, db), join, db };
}

test('a duty is one process’s, and another takes it over when that one’s connection is gone', async (t) => {
  const all = await shared(t);
  if (!all) return t.pass();
  const one = await all.join('clock', 'receiving');
  const other = await all.join('clock');
  t.deepEqual([one.holds('clock'), one.holds('receiving'), other.holds('clock')], [true, true, false]);
  const lost: Duty[] = [];
  one.onDuty((duty, isOurs) => void (isOurs || lost.push(duty)));
  await all.db.raw(
    "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objsubid = 2 and objid = ? and pid <> pg_backend_pid()",
    [one.me],
  );
  await until('it knows that it lost them', () => lost.length === 2);
  await until('the duties are somebody’s again', () => [one, other].filter((peers) => peers.holds('clock')).length === 1, 15_000);
});

test('what is said many times at once is asked one after the other, as the next pg wants it', async (t) => {
  const all = await shared(t);
  if (!all) return t.pass();
  const { query } = pg.Client.prototype;
  const asking = new Map<unknown, number>();
  let most = 0;
  const counted = function (this: pg.Client, ...args: never): unknown {
    const answer: unknown = Reflect.apply(query, this, args);
    if (!(answer instanceof Promise)) return answer;
    const count = (by: number) => asking.set(this, (asking.get(this) ?? 0) + by);
    most = Math.max(most, count(1).get(this) ?? 0);
    return answer.finally(() => count(-1));
  };
  Object.assign(pg.Client.prototype, { query: counted });
  t.teardown(() => Object.assign(pg.Client.prototype, { query }));
  const [one, other] = [await all.join('clock'), await all.join()];
  const heard: string[] = [];
  other.hear('news', (text) => heard.push(text));
  const said = Array.from({ length: 20 }, (_, n) => String(n));
  for (const text of said) one.tell('news', text);
  await until('all are heard', () => heard.length === said.length);
  t.deepEqual([heard, most], [said, 1]);
});

test('what one process says all others hear, and in a transaction only once it is committed', async (t) => {
  const all = await shared(t);
  if (!all) return t.pass();
  const [one, other] = [await all.join(), await all.join()];
  const heard: string[] = [];
  one.hear('news', (text) => heard.push(`itself ${text}`));
  other.hear('news', (text) => heard.push(text));
  await t.throwsAsync(
    transact(all.scope, async ({ db }) => {
      await tellOnCommit(db, one.me, 'news', 'never');
      throw new Error('rolled back');
    }),
  );
  await transact(all.scope, ({ db }) => tellOnCommit(db, one.me, 'news', 'first'));
  one.tell('news', 'second');
  await until('both are heard', () => heard.length === 2);
  t.deepEqual(heard, ['first', 'second']);
});

test('several dispatchers on one database handle each event once', async (t) => {
  const all = await shared(t);
  if (!all) return t.pass();
  await transact(all.scope, async (tx) => {
    for (let id = 1; id <= 300; id += 1) tx.emit({ type: 'conversation.closed', data: { conversationId: id as ConversationId } });
  });
  const announced: number[] = [];
  const dispatchers = [1, 2, 3].map(() =>
    startDispatcher({
      scope: all.scope,
      subscribers: [(event) => ('conversationId' in event.data ? [{ kind: 'x', data: { id: event.data.conversationId } }] : [])],
      announce: (events) => void announced.push(...events.map((event) => ('conversationId' in event.data ? event.data.conversationId : 0))),
      log: silentLog,
    }),
  );
  await until('all are announced', () => announced.length >= 300);
  await Promise.all(dispatchers.map((one) => one.stop()));
  t.is(new Set(announced).size, 300);
  t.is(announced.length, 300);
  t.is((await all.db('jobs').pluck('data')).length, 300);
});

test('jobs of a process that died are due at once, those of a living one are not', async (t) => {
  const all = await shared(t);
  if (!all) return t.pass();
  const [dying, living] = [await all.join(), await all.join()];
  await transact(all.scope, (tx) =>
    enqueue(
      tx,
      [1, 2].map((id) => ({ kind: 'x', data: { id } })),
    ),
  );
  await claimJobs({ ...all.scope, claimant: dying.me }, 1, 600_000);
  await claimJobs({ ...all.scope, claimant: living.me }, 1, 600_000);
  const heir = { ...all.scope, claimant: living.me };
  t.is(await releaseJobsOfTheDead(heir), 0);
  await dying.close();
  await until('the first is let go', async () => (await releaseJobsOfTheDead(heir)) === 1);
  t.is((await claimJobs(heir, 10, 600_000)).length, 1);
});
