import test from 'ava';
import { pendingMigrations } from '../core/db/migrate.ts';
import { database, MIGRATIONS } from './support/db.ts';

test('an empty database becomes the newest one in one go', async (t) => {
  t.is(await pendingMigrations(await database(t), MIGRATIONS), 0);
});
