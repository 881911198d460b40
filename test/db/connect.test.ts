import test from 'ava';
import Database from 'better-sqlite3';
import { connect } from '../../core/db/connect.ts';
import { type Scope, transact } from '../../core/db/scope.ts';
import { adjustStatements } from '../../core/db/sqlite-client.ts';
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

test('SQLite plans without looking at the values, but for an index that picks its rows by them, and compares and stores them as they are', (t) => {
  const database = new Database(':memory:');
  t.teardown(() => database.close());
  database.exec(
    'create table mails (id integer primary key, status text, box integer, raw blob); create table people (status text, mail integer)',
  );
  database.exec("create index waiting on mails (box) where status = 'open'");
  const asked: string[] = [];
  const prepare = database.prepare.bind(database);
  database.prepare = ((sql: string) => {
    asked.push(sql);
    return prepare(sql);
  }) as typeof database.prepare;
  adjustStatements(database);
  const all = (sql: string, ...values: readonly unknown[]): unknown[] => (database.prepare(sql) as Database.Statement).all(...values);
  const mail = { id: 1, status: 'open', box: 7, raw: Buffer.from('7') };
  (database.prepare('insert into mails (id, status, box, raw) values (?, ?, ?, ?)') as Database.Statement).run(...Object.values(mail));
  (database.prepare('update `mails` set `box` = ?, `raw` = ? where `id` = ?') as Database.Statement).run(8, 'text', 1);
  t.deepEqual(all('select * from mails where `mails`.`box` = ? and status = ? order by id', '8', 'open'), [
    { ...mail, box: 8, raw: 'text' },
  ]);
  all('select 1 from mails as m join people on people.mail = m.id where m.status = ? and "people"."status" = ?', 'open', 'x');
  t.deepEqual(all('select 1 from mails where box = ?', null), []);
  t.deepEqual(
    asked.filter((sql) => sql.includes('?')),
    [
      'insert into mails (id, status, box, raw) values (?, ?, ?, ?)',
      'update `mails` set `box` = +?, `raw` = +? where `id` = +?',
      'select * from mails where `mails`.`box` = +? and status = ? order by id',
      'select 1 from mails as m join people on people.mail = m.id where m.status = ? and "people"."status" = +?',
      'select 1 from mails where box = +?',
    ],
  );
  database.exec('drop index waiting');
  (database.prepare('create table more (id integer)') as Database.Statement).run();
  all('select 1 from mails where status = ?', 'open');
  t.is(asked.at(-1), 'select 1 from mails where status = +?', 'what the schema became is looked at again');
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
