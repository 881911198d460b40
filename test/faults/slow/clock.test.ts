import test from 'ava';
import { figures, scaled } from '../../support/faults.ts';
import { httpClient } from '../../support/http-client.ts';
import { ADMIN, product } from '../../support/product.ts';
import { shiftedClock } from '../../support/shifted-clock.ts';
import { sendOver } from '../../support/smtp-load.ts';
import { BIURO, numberedMail } from '../../support/stubborn-senders.ts';
import { until } from '../../support/until.ts';

const DAY = 86_400;

test('A clock that jumps by 400 days, back again and over summer time loses, doubles and reorders nothing', async (t) => {
  t.timeout(scaled(300_000, 1_800_000));
  const each = scaled(30, 300);
  const clock = shiftedClock(t);
  const server = await product(t, ADMIN);
  await server.centrala('inbox', 'create', '--name', 'Biuro', '--address', BIURO);
  const running = await server.start(clock.under);
  const base = `http://127.0.0.1:${server.httpPort}`;
  const visitor = httpClient(base);
  await visitor.get('/login');
  t.is((await visitor.post('/login', { email: ADMIN.CENTRALA_ADMIN_EMAIL, password: ADMIN.CENTRALA_ADMIN_PASSWORD })).status, 303);

  // From our day to the end of summer time of this year, an hour before and after it.
  const now = Date.now() / 1000;
  const summerEnds = Date.UTC(2027, 9, 31, 1) / 1000 - now;
  const jumps = [0, 400 * DAY, -DAY, summerEnds - 60, summerEnds + 60, 0];
  let sent = 0;
  for (const seconds of jumps) {
    await clock.shift(base, seconds);
    const batch = Array.from({ length: each }, (_, n) => numberedMail(sent + n));
    const replies = await sendOver(server.smtpPort, batch);
    t.true(
      replies.every((reply) => reply.startsWith('250 ')),
      replies.find((reply) => !reply.startsWith('250 ')),
    );
    sent += each;
    await until(`${sent} messages are there`, async () => (await server.db('messages').pluck('id')).length === sent, 60_000);
  }
  t.is(running.exitCode, null);
  const subjects: string[] = await server.db('messages').orderBy('id').pluck('subject');
  t.deepEqual(
    subjects,
    Array.from({ length: sent }, (_, n) => `Sprawa ${n}`),
  );
  t.is((await server.db('deliveries').select()).length, 0);
  t.is(JSON.parse(await server.centrala('ledger', 'verify', '--json')).wrong, 0);
  // The session ended when the clock stood 400 days ahead, once and for good; logging in again works.
  await clock.shift(base, 400 * DAY);
  await until('the session is over', async () => (await visitor.get('/conversations')).status !== 200, 10_000);
  figures(t, 'clock jumps', { mails: sent, jumps: '+400 d, −1 d, end of summer time', lost: 0, twice: 0, 'sent by itself': 0 });
});
