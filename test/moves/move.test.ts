import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { connect } from '../../core/db/connect.ts';
import { openDatabase } from '../../core/db/open.ts';
import type { Scope } from '../../core/db/scope.ts';
import { verifyLedger } from '../../core/ledger/verify.ts';
import { moveRows, mustBeEmpty } from '../../core/moves/move.ts';
import { centralaCommand } from '../support/cli.ts';
import { emptyAddress, MIGRATIONS } from '../support/db.ts';
import { officeFor } from '../support/office.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

test('a database that is moved to the other engine and back has every row, number, guard and reference that it had', async (t) => {
  const office = await officeFor(t);
  for (let n = 0; n < 4; n += 1) await office.mail({ from: `k${n}@klient.test`, subject: `Żółć ${n}`, text: 'Zażółć 🚲\n'.repeat(50) });
  await until('all are conversations', async () => (await office.scope.db('conversations')).length === 4);
  await until('everything is handled', async () => !(await office.scope.db('events').whereNull('dispatched_at').first('id')));
  const first = office.scope;

  const open = async (url: string | null): Promise<Scope> => {
    const { db } = await openDatabase({ url, file: join(tempDir(t), 'moved.sqlite') }, MIGRATIONS);
    t.teardown(() => db.destroy());
    return { ...first, db };
  };
  const second = await open(null);
  await mustBeEmpty(second);
  const dies = (line: string): void => {
    if (line.startsWith('comparing')) throw new Error('the machine died');
  };
  for (const scope of [second, await open(await emptyAddress(t))]) {
    await t.throwsAsync(moveRows(first, scope, dies), { message: 'the machine died' });
    await mustBeEmpty(scope);
  }
  const sums = await moveRows(first, second, () => {});
  t.is(sums.get('conversations')?.rows, 4);
  await t.throwsAsync(mustBeEmpty(second), { message: /not empty/ });

  const third = await open(await emptyAddress(t));
  // The job that makes the index anew is the one thing that a move adds.
  await second.db('jobs').where({ kind: 'search_reindex' }).delete();
  const back = await moveRows(second, third, () => {});
  for (const [table, sum] of sums) if (table !== 'jobs') t.deepEqual(back.get(table), sum, table);
  const findings = [];
  for await (const finding of verifyLedger(third, openBlobs(join(office.dataDir, 'blobs')), { since: null })) findings.push(finding);
  t.deepEqual(findings, []);
  // What acts by itself does so again.
  await t.throwsAsync(third.db('audit_entries').update({ origin: 'x' }), { message: /audit entries are never changed/ });
  await t.throwsAsync(third.db('messages').insert({ ...(await third.db('messages').first()), id: 999, conversation_id: 12345 }));
  const { id: last } = (await first.db('conversations').max({ id: 'id' }).first()) as { id: number };
  const [made] = await third
    .db('events')
    .insert({ ...(await third.db('events').first()), id: undefined })
    .returning('id');
  t.true(made.id > last);
});

test('moving a database is refused while the server runs, into the engine that it has, and into a database that is in use', async (t) => {
  const office = await officeFor(t);
  const url: string | null = office.scope.db.client.config.connection.connectionString ?? null;
  const cli = centralaCommand(office.dataDir, { url, file: '' });
  const [other, same] = url ? ['sqlite', 'postgres'] : ['postgres', 'sqlite'];
  t.regex((await cli(['move-database', '--to', other])).err, /already at work/);
  t.regex((await cli(['move-database', '--to', same])).err, /already \(CENTRALA_DATABASE_URL\)/);
  t.is((await cli(['move-database'])).code, 64);
  const elsewhere = centralaCommand(tempDir(t), { url: null, file: '' });
  const into = (input: string) => elsewhere(['move-database', '--to', 'postgres'], { input });
  t.is((await into('postgres://a:b@127.0.0.1:port/c')).code, 64);
  t.regex((await into('postgres://a:b@127.0.0.1:1/c')).err, /PostgreSQL at 127\.0\.0\.1:1 cannot be used .*\n {2}Check that it runs/);
  const folder = tempDir(t);
  writeFileSync(join(folder, 'centrala.sqlite-wal'), 'the log of another database');
  const back = await centralaCommand(folder, { url: 'postgres://a:b@127.0.0.1:1/c', file: '' })(['move-database', '--to', 'sqlite']);
  t.regex(back.err, /There is a database already: .*centrala\.sqlite-wal\.\n {2}Move it away/);
  const db = connect({ url: null, file: join(tempDir(t), 'foreign.sqlite') });
  t.teardown(() => db.destroy());
  await mustBeEmpty({ db });
  await db.schema.createTable('recipes', (table) => table.increments('id'));
  await t.throwsAsync(mustBeEmpty({ db }), { message: /recipes/ });
});
