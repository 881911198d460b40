import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import Database from 'better-sqlite3';
import { figures, receivedAll, scaled } from '../../support/faults.ts';
import { startPostgres } from '../../support/postgres.ts';
import { type Product, product } from '../../support/product.ts';
import { BIURO, stubbornSenders } from '../../support/stubborn-senders.ts';

const MAILS = scaled(400, 4000);

async function provesWhole(server: Product): Promise<{ wrong: number; entries: number }> {
  return JSON.parse(await server.centrala('ledger', 'verify', '--json'));
}

test('While another program holds the database locked, mail is kept and nothing is lost', async (t) => {
  t.timeout(scaled(300_000, 1_200_000));
  const server = await product(t, { TEST_DATABASE_URL: '' });
  await server.centrala('inbox', 'create', '--name', 'Biuro', '--address', BIURO);
  await server.start();
  const lock = new Database(`${server.dir}/centrala.sqlite`);
  lock.exec('begin immediate');
  const started = performance.now();
  const senders = stubbornSenders(t, server.smtpPort, MAILS);
  await senders.done;
  const keptMs = Math.round(performance.now() - started);
  t.is((await server.db('messages').pluck('id')).length, 0);
  await wait(scaled(3000, 20_000));
  lock.exec('rollback');
  lock.close();
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
  const refused = [...senders.refusals].map(([reply, n]) => `${n} × ${reply.trim() || 'broken off'}`).join(', ') || 0;
  figures(t, 'PostgreSQL crashes', { mails: MAILS, crashes, refused, lost: 0, twice: 0 });
});
