import test from 'ava';
import { type SmtpPeer, smtpPeer } from '../../../plugins/email/test/smtp-peer.ts';
import { figures, scaled } from '../../support/faults.ts';
import { ADMIN, type Product, product } from '../../support/product.ts';
import { shiftedClock } from '../../support/shifted-clock.ts';
import { BIURO } from '../../support/stubborn-senders.ts';
import { until } from '../../support/until.ts';

const HOUR = 3600;

/** Writes to people through the REST API of a running product with one inbox. */
async function writer(server: Product, relay: SmtpPeer): Promise<(n: number) => Promise<void>> {
  const printed = await server.centrala('api-key', 'create', '--name', 'faults', '--agent', ADMIN.CENTRALA_ADMIN_EMAIL);
  const headers = { Authorization: `Bearer ${printed.trim().split('\n').at(-1)}`, 'Content-Type': 'application/json' };
  const post = async (path: string, body: object): Promise<void> => {
    const url = `http://127.0.0.1:${server.httpPort}/api/v1${path}`;
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    if (answer.status !== 201) throw new Error(`the API answered ${answer.status}: ${await answer.text()}`);
  };
  await post('/inboxes', { channel: 'email', name: 'Biuro', address: BIURO, relay: `smtp://127.0.0.1:${relay.port}` });
  return (n) => post('/conversations', { inboxId: 1, to: `klient${n}@klient.test`, subject: `Sprawa ${n}`, text: 'Dzień dobry' });
}

test('A relay that is down for three days gets every answer once when it is back, and none before', async (t) => {
  t.timeout(scaled(300_000, 1_800_000));
  const answers = scaled(40, 400);
  const relay = await smtpPeer(t);
  const clock = shiftedClock(t);
  const server = await product(t, ADMIN);
  await server.start(clock.under);
  const write = await writer(server, relay);
  const base = `http://127.0.0.1:${server.httpPort}`;

  relay.play({ CONNECT: () => 'drop' });
  for (let n = 0; n < answers; n += 1) await write(n);
  const deliveries = (): Promise<readonly { status: string; attempts: number }[]> => server.db('deliveries').select('status', 'attempts');
  let attempts = 0;
  // Another mail at each step makes the worker look at once instead of within a minute; it waits with the others.
  const steps = [0.1, 0.5, 2, 6, 12, 24, 48, 72];
  for (const [step, hours] of steps.entries()) {
    await clock.shift(base, hours * HOUR);
    await write(answers + step);
    await until(
      `what is due after ${hours} hours was tried`,
      async () => {
        const all = await deliveries();
        const tried = all.filter((one) => one.attempts > step).length;
        attempts = all.reduce((sum, one) => sum + one.attempts, 0);
        return tried >= answers;
      },
      90_000,
    );
  }
  const all = answers + steps.length;
  // An attempt under way would end after the clock moved on, and wait an hour from then.
  await until('no attempt is under way', async () => (await deliveries()).every(({ status }) => status === 'deferred'), 90_000);
  t.is(relay.mails.length, 0);
  relay.play({});
  await clock.shift(base, 77 * HOUR);
  await write(all);
  await until('everything is sent', async () => (await server.db('deliveries').where({ status: 'sent' })).length === all + 1, 120_000);
  // Whoever runs the office may be told meanwhile that its backups are old.
  const answered = relay.mails.filter(({ data }) => !/^To: .*anna@firma\.test/im.test(data));
  const ids = answered.map(({ data }) => /^Message-ID: (\S+)/im.exec(data)?.[1]);
  t.is(ids.length, all + 1);
  t.is(new Set(ids).size, all + 1);
  figures(t, 'relay down for 3 days', { answers: all + 1, 'attempts before it came back': attempts, lost: 0, twice: 0 });
});

test('A relay that takes a mail and breaks off before its answer leaves it to a person, and never gets it twice', async (t) => {
  const relay = await smtpPeer(t);
  const server = await product(t, ADMIN);
  await server.start();
  const write = await writer(server, relay);
  let ends = 0;
  relay.play({
    END: () => {
      ends += 1;
      return 'drop';
    },
  });
  const count = scaled(10, 200);
  for (let n = 0; n < count; n += 1) {
    await write(n);
  }
  await until('all are unknown', async () => (await server.db('deliveries').where({ status: 'unknown' })).length === count, 60_000);
  await server.end('SIGKILL');
  await server.start();
  await until('it is ready again', async () => (await fetch(`http://127.0.0.1:${server.httpPort}/ready`)).ok);
  t.is((await server.db('deliveries').where({ status: 'unknown' })).length, count);
  t.is(ends, count);
  t.is((await server.db('conversations').where('failed_deliveries', '>', 0)).length, count);
  figures(t, 'relay drops before its 250', { answers: count, 'handed over': ends, unknown: count, twice: 0 });
});
