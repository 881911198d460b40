import test from 'ava';
import { connect } from '../../core/db/connect.ts';
import { startPostgres } from '../support/postgres.ts';

test('what PostgreSQL said is written is there after its crash, also where the server is set to answer before it is', async (t) => {
  if (!process.env['TEST_DATABASE_URL']) return t.pass('SQLite is told so on each connection');
  const server = await startPostgres();
  t.teardown(server.stop);
  const db = connect({ url: server.url, file: '' });
  t.teardown(() => db.destroy());
  const plain = await db.raw("select reset_val from pg_settings where name = 'synchronous_commit'");
  t.is(plain.rows[0].reset_val, 'off', 'as some set it for speed');
  await db.raw('create table kept (n int)');
  for (let n = 1; n <= 3; n += 1) {
    await db('kept').insert({ n });
    await server.crash();
    t.deepEqual(await db('kept').orderBy('n').pluck('n'), [1, 2, 3].slice(0, n));
  }
});

test('a server that waits for its standbys goes on doing so', async (t) => {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) return t.pass('SQLite has none');
  const named = new URL(url);
  named.searchParams.set('options', '-c synchronous_commit=remote_apply');
  const db = connect({ url: named.href, file: '' });
  t.teardown(() => db.destroy());
  t.is((await db.raw('show synchronous_commit')).rows[0].synchronous_commit, 'remote_apply');
});
