import test from 'ava';
import { connect } from '../../core/db/connect.ts';
import { type Scope, transact } from '../../core/db/scope.ts';
import { isTransient } from '../../core/db/transient.ts';
import { databaseTarget, scopeFor } from '../support/db.ts';

test('A transaction that begins by reading cannot be overtaken by another writer and refused for it', async (t) => {
  const target = await databaseTarget(t);
  const [one, other] = [await scopeFor(t, connect(target)), await scopeFor(t, connect(target))];
  t.teardown(() => Promise.all([one.db.destroy(), other.db.destroy()]));
  const write = (scope: Scope, key: string) => transact(scope, (tx) => tx.db('settings').insert({ key, value: '', updated_at: 'now' }));
  await transact(one, async (tx) => {
    await tx.db('settings').select();
    if (target.url) await write(other, 'other');
    else {
      await other.db.raw('pragma busy_timeout = 0');
      await t.throwsAsync(write(other, 'other'), { code: 'SQLITE_BUSY' });
    }
    await write(tx, 'one');
  });
  t.true((await one.db('settings').pluck('key')).includes('one'));
});

test('the number of a limit stands within the statement, which is then compiled once', async (t) => {
  const target = await databaseTarget(t);
  const { db } = await scopeFor(t, connect(target));
  t.teardown(() => db.destroy());
  const sql = db('settings').where({ key: 'a' }).limit(7).toSQL().toNative();
  t.deepEqual(sql.bindings, ['a']);
  t.is(sql.sql, target.url ? 'select * from "settings" where "key" = $1 limit 7' : 'select * from `settings` where `key` = ? limit 7');
  await db('settings').insert(['a', 'b', 'c'].map((key) => ({ key, value: '', updated_at: 'now' })));
  t.is((await db('settings').limit(2)).length, 2);
  t.is((await db('settings').limit(0)).length, 0);
});

test('Trouble that passes by itself is told from trouble with the data', (t) => {
  for (const code of ['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_FULL', 'ECONNREFUSED', '57P01', '08006', '40P01', '53300']) {
    t.true(isTransient(Object.assign(new Error('x'), { code })), code);
  }
  for (const error of [
    new Error('x'),
    Object.assign(new Error('x'), { code: '23505' }),
    Object.assign(new Error('x'), { code: 'SQLITE_CONSTRAINT_UNIQUE' }),
  ])
    t.false(isTransient(error));
  t.true(isTransient(new Error('Connection terminated unexpectedly')));
});

test('A query that was asked before sees columns that came since', async (t) => {
  const { db } = await scopeFor(t);
  await db('settings').insert({ key: 'a', value: '1', updated_at: 'now' });
  t.deepEqual(Object.keys(await db('settings').first()), ['key', 'value', 'updated_at']);
  await db.schema.alterTable('settings', (table) => table.string('extra').defaultTo('x'));
  t.deepEqual(Object.keys(await db('settings').first()), ['key', 'value', 'updated_at', 'extra']);
});
