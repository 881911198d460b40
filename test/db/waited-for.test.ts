import test from 'ava';
import { isPostgres } from '../../core/db/dialect.ts';
import { transact } from '../../core/db/scope.ts';
import { isWaitedFor, patiently } from '../../core/db/waited-for.ts';
import { scopeFor } from '../support/db.ts';

test('who holds the connection of SQLite hurries for those who wait, not for those who ask patiently', async (t) => {
  const scope = await scopeFor(t);
  if (isPostgres(scope.db)) return t.true(isWaitedFor(scope));
  const asked: Promise<unknown>[] = [];
  await transact(scope, async () => {
    asked.push(patiently(scope, async () => scope.db('inboxes').first('id')));
    await new Promise(setImmediate);
    t.is(scope.db.client.pool.numPendingAcquires(), 1);
    t.false(isWaitedFor(scope));
    asked.push(Promise.resolve(scope.db('inboxes').first('id')));
    await new Promise(setImmediate);
    t.true(isWaitedFor(scope));
  });
  await Promise.all(asked);
  asked.length = 0;
  await transact(scope, async () => {
    asked.push(Promise.resolve(scope.db('inboxes').first('id')));
    await new Promise(setImmediate);
    t.true(isWaitedFor(scope));
  });
  await Promise.all(asked);
});
