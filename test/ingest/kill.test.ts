import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { product } from '../support/product.ts';
import { type LoadMail, sendOver } from '../support/smtp-load.ts';
import { until } from '../support/until.ts';

const MAILS = 2000;
const KILLS = 24;
const CONNECTIONS = 8;

/** Mostly small ones, one in 20 of 60 KB, one in 50 so large that it is spooled as a file. */
function mail(n: number): LoadMail {
  const size = n % 50 === 0 ? 300_000 : n % 20 === 0 ? 60_000 : 200 + ((n * 37) % 6000);
  const line = `${'Zażółć gęślą jaźń '.repeat(4)}\r\n`;
  const head = `From: Klient <customer${n % 50}@klient.test>\r\nTo: biuro@firma.test\r\nSubject: Sprawa ${n}\r\nMessage-ID: <kill-${n}@klient.test>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n`;
  return { to: 'biuro@firma.test', message: Buffer.from(head + line.repeat(Math.ceil(size / line.length))) };
}

test('However often the process is killed while 2,000 mails come in, each is there exactly once', async (t) => {
  t.timeout(600_000);
  const server = await product(t);
  await server.centrala('inbox', 'create', '--name', 'Biuro', '--address', 'biuro@firma.test');
  const left = new Set(Array.from({ length: MAILS }, (_, n) => n));
  let kept = 0;

  // Each sender works on every eighth mail and repeats what got no 250, as mail servers do.
  let isOver = false;
  const sender = async (share: number): Promise<void> => {
    while (!isOver) {
      const mine = [...left].filter((n) => n % CONNECTIONS === share);
      if (mine.length === 0) return;
      await sendOver(server.smtpPort, mine.slice(0, 40).map(mail), (index, reply) => {
        if (!reply.startsWith('250 2.0.0 kept as ')) return;
        left.delete(mine[index] ?? -1);
        kept += 1;
      });
      await wait(5);
    }
  };
  t.teardown(() => {
    isOver = true;
  });
  await server.start();
  const senders = Promise.all(Array.from({ length: CONNECTIONS }, (_, share) => sender(share)));
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const next = Math.min(MAILS, Math.round((MAILS * kill) / (KILLS + 1)));
    await until(`${next} mails are kept`, () => kept >= next, 300_000);
    await wait(randomInt(0, 60));
    await server.end('SIGKILL');
    await server.start();
  }
  await senders;
  // Twice more while it works off what it kept.
  for (let kill = 0; kill < 2; kill += 1) {
    await server.end('SIGKILL');
    await server.start();
  }

  const ledger = await until(
    'everything kept has become a message',
    async () => {
      const counts = JSON.parse(await server.centrala('ledger', '--json'));
      return counts.waiting === 0 && counts.received >= MAILS ? counts : null;
    },
    300_000,
  );
  const ids: string[] = await server.db('messages').pluck('external_id');
  t.is(ids.length, MAILS);
  t.is(new Set(ids).size, MAILS);
  t.like(ledger, { received: MAILS, failed: 0, reports: 0, spam: 0, waiting: 0 });
  t.is(ledger.kept, MAILS + ledger.duplicate);
  t.log(JSON.stringify(ledger));
});
