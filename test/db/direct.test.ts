import test from 'ava';
import { insert, places, run, update } from '../../core/db/direct.ts';
import { transact } from '../../core/db/scope.ts';
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
