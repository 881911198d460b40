import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { figures, receivedAll, scaled } from '../support/faults.ts';
import { product } from '../support/product.ts';
import { SILENT } from '../support/smtp-load.ts';
import { BIURO, stubbornSenders } from '../support/stubborn-senders.ts';
import { until } from '../support/until.ts';

const MAILS = scaled(1000, 10_000);
const KILLS = scaled(12, 60);

test('However often the process is killed while thousands of mails come in, each is there exactly once', async (t) => {
  t.timeout(scaled(600_000, 2_400_000));
  const started = Date.now();
  const server = await product(t);
  await server.centrala('inbox', 'create', '--name', 'Biuro', '--address', BIURO);
  await server.start();
  const senders = stubbornSenders(t, server.smtpPort, MAILS);
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const next = Math.min(MAILS, Math.round((MAILS * kill) / (KILLS + 1)));
    await until(`${next} mails are kept`, () => senders.kept() >= next, 120_000);
    await wait(randomInt(0, 60));
    await server.end('SIGKILL');
    await server.start();
  }
  const killing = (Date.now() - started) / 1000;
  await senders.done;
  t.is(senders.refusals.get(SILENT), undefined, 'a session got no answer for half a minute');
  // Twice more while it works off what it kept.
  for (let kill = 0; kill < 2; kill += 1) {
    await server.end('SIGKILL');
    await server.start();
  }

  await receivedAll(server, MAILS);
  const ledger = await until('nothing kept waits', async () => {
    const counts = JSON.parse(await server.centrala('ledger', '--json'));
    return counts.waiting === 0 && counts.received >= MAILS ? counts : null;
  });
  const ids: string[] = await server.db('messages').pluck('external_id');
  t.is(ids.length, MAILS);
  t.is(new Set(ids).size, MAILS);
  t.like(ledger, { received: MAILS, failed: 0, reports: 0, spam: 0, waiting: 0 });
  t.is(ledger.kept, MAILS + ledger.duplicate);
  const proof = JSON.parse(await server.centrala('ledger', 'verify', '--json'));
  t.is(proof.wrong, 0, JSON.stringify(proof.findings));
  const seconds = Math.round((Date.now() - started) / 1000);
  figures(t, 'kill', {
    mails: MAILS,
    kills: KILLS + 2,
    'seconds from kill to kill': (killing / KILLS).toFixed(1),
    lost: 0,
    twice: 0,
    'repeated by senders': ledger.duplicate,
    seconds,
  });
});
