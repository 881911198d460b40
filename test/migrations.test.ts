import test from 'ava';
import { migrate, pendingMigrations } from '../core/db/migrate.ts';
import { emptyDatabase, MIGRATIONS } from './support/db.ts';

test('an empty database becomes the newest one in one go', async (t) => {
  const db = await emptyDatabase(t);
  t.true((await migrate(db, MIGRATIONS)).length > 0);
  t.is(await pendingMigrations(db, MIGRATIONS), 0);
});

test('no migration builds a table anew, which on SQLite would empty the tables that refer to it', async (t) => {
  const db = await emptyDatabase(t);
  const rebuilt: string[] = [];
  db.on('query', ({ sql }: { sql: string }) => /_knex_temp_alter/.test(sql) && rebuilt.push(sql));
  await migrate(db, MIGRATIONS);
  t.deepEqual(rebuilt, []);
});
