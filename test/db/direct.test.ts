import test from 'ava';
import { isPostgres } from '../../core/db/dialect.ts';
import { add, insert, places, run, update, write } from '../../core/db/direct.ts';
import { attempt, transact, type WriteScope } from '../../core/db/scope.ts';
import { scopeFor } from '../support/db.ts';

const AT = '2026-11-27T10:00:00.000Z';
const blob = (sha256: string) => ({ sha256, bytes: 4, created_at: AT, discarded_at: null });

test('a direct statement is part of the open transaction, and undone with it', async (t) => {
  const scope = await scopeFor(t);
  await transact(scope, async ({ db }) => {
    t.deepEqual(await insert(db, 'blobs', [blob('a'), blob('b')], 'returning sha256'), [{ sha256: 'a' }, { sha256: 'b' }]);
    t.deepEqual(await insert(db, 'blobs', [blob('a')], 'on conflict do nothing'), []);
  });
  const fail = transact(scope, async ({ db }) => {
    await insert(db, 'blobs', [blob('c')]);
    throw new Error('no');
  });
  await t.throwsAsync(fail, { message: 'no' });
  t.deepEqual(await run(scope.db, `select sha256 from blobs where sha256 in (${places(['a', 'c'])})`, ['a', 'c']), [{ sha256: 'a' }]);
});

test('a direct statement after the end of its transaction is refused, as Knex refuses one', async (t) => {
  const scope = await scopeFor(t);
  const ended = await transact(scope, async ({ db }) => ({ db }));
  await t.throwsAsync(insert(ended.db, 'blobs', [blob('a')]), { message: /ended/ });
  t.is((await scope.db('blobs')).length, 0);
});

test('a direct change is of one row, and a broken rule keeps the code of its database', async (t) => {
  const scope = await scopeFor(t);
  await transact(scope, async ({ db }) => {
    const [made] = await db('contacts').insert({ name: 'Jan', created_at: AT, updated_at: AT }).returning('id');
    await update(db, 'contacts', made.id, { name: 'Ewa' });
    t.like(await db('contacts').first(), { name: 'Ewa' });
  });
  const twice = transact(scope, ({ db }) => insert(db, 'blobs', [blob('a'), blob('a')]));
  const error = await t.throwsAsync(twice);
  t.regex(error && 'code' in error ? String(error.code) : '', /^(SQLITE_CONSTRAINT_PRIMARYKEY|23505)$/);
});

test('what is written without waiting for it comes in its order, and its failure is that of the transaction, with its own code', async (t) => {
  const scope = await scopeFor(t);
  await transact(scope, async ({ db }) => {
    for (const name of ['a', 'b', 'c']) await add(db, 'blobs', [blob(name)]);
    await write(db, 'update blobs set bytes = ? where sha256 = ?', [7, 'b']);
    t.deepEqual(await run(db, 'select sha256, bytes from blobs order by sha256', []), [
      { sha256: 'a', bytes: 4 },
      { sha256: 'b', bytes: 7 },
      { sha256: 'c', bytes: 4 },
    ]);
  });
  const code = /^(SQLITE_CONSTRAINT_PRIMARYKEY|23505)$/;
  const codeOf = async (work: Promise<unknown>): Promise<string> => {
    const error = await t.throwsAsync(work);
    return error && 'code' in error ? String(error.code) : '';
  };
  // As the last thing, and before one that PostgreSQL refuses for another reason: the transaction has failed by then.
  t.regex(await codeOf(transact(scope, ({ db }) => add(db, 'blobs', [blob('a')]))), code);
  const more = transact(scope, async (tx) => {
    await add(tx.db, 'blobs', [blob('d')]);
    await add(tx.db, 'blobs', [blob('a')]);
    await tx.db('blobs').insert(blob('e'));
  });
  t.regex(await codeOf(more), code);
  t.is((await scope.db('blobs')).length, 3);

  // What may fail alone takes nothing with it.
  await transact(scope, async (tx) => {
    await add(tx.db, 'blobs', [blob('f')]);
    t.regex(await codeOf(attempt(tx, ({ db }) => add(db, 'blobs', [blob('a')]))), code);
    await add(tx.db, 'blobs', [blob('g')]);
  });
  t.is((await scope.db('blobs')).length, 5);
});

test('on PostgreSQL what comes again is kept prepared, and where a connection forgot it the transaction is done again without', async (t) => {
  const scope = await scopeFor(t);
  if (!isPostgres(scope.db)) return t.pass();
  const kept = async ({ db }: WriteScope): Promise<number> => {
    const { rows } = await db.raw("select count(*) as n from pg_prepared_statements where name like 'direct_%'");
    return rows[0].n;
  };
  await transact(scope, async (tx) => {
    for (const name of ['a', 'b']) await add(tx.db, 'blobs', [blob(name)]);
    t.is(await kept(tx), 1);
  });
  let tries = 0;
  const forgetful = transact(scope, async (tx) => {
    tries += 1;
    if (tries === 1) await tx.db.raw('deallocate all');
    await add(tx.db, 'blobs', [blob('c')]);
  });
  await forgetful;
  t.is(tries, 2);
  t.is((await scope.db('blobs')).length, 3);
});
