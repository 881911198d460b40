import test from 'ava';
import { connect } from '../../core/db/connect.ts';
import { databaseTarget } from '../support/db.ts';

test('PostgreSQL keeps a read that comes again prepared, with its limit written out, and does without where that fits no more', async (t) => {
  const target = await databaseTarget(t);
  if (target.url === null) return t.pass();
  const pool = connect(target);
  t.teardown(() => pool.destroy());
  await pool.schema.createTable('pots', (table) => table.integer('size').notNullable());
  await pool('pots').insert([{ size: 1 }, { size: 2 }, { size: 3 }]);
  const connection = await pool.client.acquireConnection();
  t.teardown(() => pool.client.releaseConnection(connection));
  const large = (than: number) => pool('pots').where('size', '>', than).orderBy('size').limit(2).connection(connection);
  const kept = async (): Promise<readonly string[]> => {
    const rows: { statement: string }[] = await pool('pg_prepared_statements').select('statement').connection(connection);
    return rows.map(({ statement }) => statement);
  };
  for (const times of [1, 2]) t.deepEqual([await large(1), await kept()], [[{ size: 2 }, { size: 3 }], []], String(times));
  for (const than of [1, 2, 3, 1, 2, 3, 1]) t.is((await large(than)).length, Math.min(2, 3 - than));
  t.deepEqual(
    (await kept()).filter((sql) => sql.includes('pots')),
    ['select * from "pots" where "size" > $1 order by "size" asc limit 2'],
  );

  await pool.schema.alterTable('pots', (table) => table.text('glaze'));
  t.deepEqual(await large(2), [{ size: 3, glaze: null }]);
  t.deepEqual(await large(2), [{ size: 3, glaze: null }]);

  const pot = (size: number) => pool('pots').where({ size }).first('size').connection(connection);
  for (const size of [1, 2, 3]) t.deepEqual(await pot(size), { size });
  await pool.raw('deallocate all').connection(connection);
  for (const size of [1, 2]) t.deepEqual(await pot(size), { size }, 'as behind a pooler: another connection');

  for (const word of ['pot', 'lid', 'pot', 'lid'])
    await pool('pots').whereRaw("to_tsvector('simple', glaze) @@ ?::tsquery", [word]).connection(connection);
  t.false(
    (await kept()).some((sql) => sql.includes('@@')),
    'each word is planned by how rare it is',
  );

  const rows = await pool.transaction(async (tx) => {
    for (const than of [2, 2, 2, 2]) await tx('pots').where('size', '>', than);
    await tx.schema.alterTable('pots', (table) => table.text('owner'));
    return tx('pots').where('size', '>', 2);
  });
  t.deepEqual(rows, [{ size: 3, glaze: null, owner: null }]);
});
