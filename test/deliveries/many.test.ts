import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { connect } from '../../core/db/connect.ts';
import { hastenDeliveries } from '../../core/deliveries/hasten.ts';
import { listDeliveries } from '../../core/deliveries/list.ts';
import { databaseTarget, scopeFor } from '../support/db.ts';
import { type House, houseFor } from '../support/house.ts';
import { ACCEPTED, scriptedChannel, work } from '../support/sending.ts';
import { until } from '../support/until.ts';
import { workspaceFor } from '../support/workspace.ts';

/** Messages of one conversation, each with a delivery that is due, made at once. */
async function queue(
  { scope, inboxId, mail }: Pick<House, 'scope' | 'inboxId' | 'mail'>,
  count: number,
  delivery: object = {},
): Promise<void> {
  const { conversationId } = await mail({});
  const at = scope.now().toISOString();
  const first = Number((await scope.db('messages').max('id as id'))[0]?.id ?? 0) + 1;
  const row = { status: 'queued', next_attempt_at: at, attempts: 0, ...delivery };
  const numbers = 'with recursive n(i) as (select cast(? as integer) union all select i + 1 from n where i < ?)';
  const range = [first, first + count - 1];
  await scope.db.raw(
    `insert into messages (id, conversation_id, inbox_id, kind, direction, from_address, recipients, text, "references", external_id, created_at)
     ${numbers} select i, ?, ?, 'reply', 'outbound', 'help@company.test', '{}', 'x', '[]', i || '@company.test', ? from n`,
    [...range, conversationId, inboxId, at],
  );
  await scope.db.raw(
    `insert into deliveries (message_id, conversation_id, inbox_id, kind, address, status, next_attempt_at, attempts, expires_at, created_at, updated_at)
     ${numbers} select i, ?, ?, 'to', 'k' || i || '@klient' || (i % 3) || '.test', ?, ?, ?, '2027-01-01T00:00:00.000Z', ?, ? from n`,
    [...range, conversationId, inboxId, row.status, row.next_attempt_at, row.attempts, at, at],
  );
}

/** Processor time of this thread, which a busy machine does not stretch as it does the time on the clock. */
const spentMs = async (work: () => Promise<unknown>): Promise<number> => {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
};

test.serial(
  'with 20,000 waiting, a message costs far less than the 50 ms that 20 a second leave it, and the page of the queue less than 250',
  async (t) => {
    t.timeout(120_000);
    const house = await houseFor(t);
    await queue(house, 20_000);
    const pageMs = await spentMs(async () => t.is((await listDeliveries(house.scope)).items.length, 50));
    const channel = scriptedChannel();
    const started = performance.now();
    const eachMs =
      (await spentMs(async () => {
        const worker = work(t, house, async (...args: Parameters<typeof channel.send>) => {
          // As a relay, which never answers within the same turn of the event loop.
          await setImmediate();
          return channel.send(...args);
        });
        await until('200 are sent', () => channel.sent.length >= 200, 100_000);
        await worker.stop();
      })) / 200;
    const perSecond = (channel.sent.length * 1000) / (performance.now() - started);
    t.log(`${eachMs.toFixed(1)} ms of processor each, ${perSecond.toFixed(0)} a second now, page in ${pageMs.toFixed(0)} ms`);
    t.true(eachMs < 25);
    t.true(pageMs < 250);
  },
);

test.serial('two workers at one queue send each of many messages once', async (t) => {
  const target = await databaseTarget(t);
  const one = connect(target);
  // SQLite has one process and one connection; on PostgreSQL a second process would have its own.
  const two = target.url ? connect(target) : one;
  t.teardown(() => Promise.all([one.destroy(), two.destroy()]));
  const first = await scopeFor(t, one);
  const at = first.now().toISOString();
  const [inbox] = await one('inboxes')
    .insert({ channel: 'email', name: 'x', address: 'x@x.test', settings: '{}', created_at: at, updated_at: at })
    .returning('id');
  const [contact] = await one('contacts').insert({ name: '', created_at: at, updated_at: at }).returning('id');
  const [talk] = await one('conversations')
    .insert({
      inbox_id: inbox.id,
      contact_id: contact.id,
      contact_address: 'a@a.test',
      status: 'open',
      subject: '',
      snippet: '',
      reply_token: 'r',
      last_message_at: at,
      created_at: at,
    })
    .returning('id');
  await queue({ scope: first, inboxId: inbox.id, mail: async () => ({ conversationId: talk.id }) as never }, 200);
  const channel = scriptedChannel(() => ACCEPTED);
  const workers = [first, await scopeFor(t, two)].map((scope) => work(t, { scope }, channel.send));
  await until('all are sent', async () => (await one('deliveries').where({ status: 'sent' })).length === 200, 60_000);
  await Promise.all(workers.map((worker) => worker.stop()));
  t.is(channel.sent.length, 200);
  t.is(new Set(channel.sent.map(({ messageId }) => messageId)).size, 200);
});

test.serial('everything deferred of one inbox or one domain is tried again at once, and nothing else', async (t) => {
  const workspace = await workspaceFor(t);
  const { anna, scope, inboxId } = workspace;
  const later = new Date(scope.now().getTime() + 3_600_000).toISOString();
  await queue(workspace, 9, { status: 'deferred', next_attempt_at: later, attempts: 4 });
  const due = () => scope.db('deliveries').where('next_attempt_at', '<=', scope.now().toISOString()).pluck('address');
  t.is(await hastenDeliveries(scope, { domain: 'k_ient1.test' }), 0);
  await anna.get('/deliveries');
  const answer = await anna.post('/deliveries/attempts', { domain: '@Klient1.test', inboxId: String(inboxId) });
  t.is(answer.location, '/deliveries');
  t.true((await anna.get('/deliveries')).text.includes('3 odroczone wysyłki ruszą teraz'));
  const addresses: string[] = await due();
  t.true(addresses.length === 3 && addresses.every((one) => one.endsWith('@klient1.test')));
  t.is((await scope.db('deliveries').first('attempts')).attempts, 4);
  t.is(await hastenDeliveries(scope, { inboxId }), 6);
});
