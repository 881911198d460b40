import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import Database from 'better-sqlite3';
import { isPostgres } from '../../../core/db/dialect.ts';
import { figures, receivedAll, scaled } from '../../support/faults.ts';
import { startPostgres } from '../../support/postgres.ts';
import { type Product, product } from '../../support/product.ts';
import { BIURO, stubbornSenders } from '../../support/stubborn-senders.ts';

const MAILS = scaled(400, 4000);

async function provesWhole(server: Product): Promise<{ wrong: number; entries: number }> {
  return JSON.parse(await server.centrala('ledger', 'verify', '--json'));
}

/** What another program may do: it holds SQLite's write lock, or the table on PostgreSQL into which everything that was kept goes. */
async function lockDatabase({ db, dir }: Product): Promise<() => Promise<void>> {
  if (isPostgres(db)) {
    const holding = await db.transaction();
    await holding.raw('lock table raw_inbound in exclusive mode');
    return async () => void (await holding.rollback());
  }
  const lock = new Database(`${dir}/centrala.sqlite`, { fileMustExist: true });
  lock.exec('begin immediate');
  return async () => void lock.close();
}

test('While another program holds the database locked, mail is kept and nothing is lost', async (t) => {
  t.timeout(scaled(300_000, 1_200_000));
  const server = await product(t);
  await server.centrala('inbox', 'create', '--name', 'Biuro', '--address', BIURO);
  await server.start();
  const unlock = await lockDatabase(server);
  const started = performance.now();
  const senders = stubbornSenders(t, server.smtpPort, MAILS);
  await senders.done;
  const keptMs = Math.round(performance.now() - started);
  t.is((await server.db('messages').pluck('id')).length, 0);
  await wait(scaled(3000, 20_000));
  await unlock();
  await receivedAll(server, MAILS);
  const { wrong, entries } = await provesWhole(server);
  t.is(wrong, 0);
  t.is(entries, MAILS);
  figures(t, 'database locked', {
    mails: MAILS,
    'all kept within ms': keptMs,
    'refused meanwhile': senders.refusals.size,
    lost: 0,
    twice: 0,
  });
});

test('PostgreSQL that crashes again and again under load costs no mail and needs no restart of ours', async (t) => {
  t.timeout(scaled(420_000, 1_800_000));
  const postgres = await startPostgres({ durable: true });
  t.teardown(postgres.stop);
  const server = await product(t, { CENTRALA_DATABASE_URL: postgres.url });
  await server.centrala('inbox', 'create', '--name', 'Biuro', '--address', BIURO);
  const running = await server.start();
  const senders = stubbornSenders(t, server.smtpPort, MAILS);
  const crashes = scaled(3, 10);
  for (let n = 0; n < crashes; n += 1) {
    await wait(scaled(1000, 3000));
    await postgres.crash();
  }
  await senders.done;
  await receivedAll(server, MAILS);
  t.is(running.exitCode, null);
  const ids: string[] = await server.db('messages').pluck('external_id');
  t.is(new Set(ids).size, MAILS);
  t.is(ids.length, MAILS);
  t.is((await provesWhole(server)).wrong, 0);
  t.deepEqual([...senders.refusals], [], 'mail is kept without the database');
  figures(t, 'PostgreSQL crashes', { mails: MAILS, crashes, refused: senders.refusals.size, lost: 0, twice: 0 });
});
