import test from 'ava';
import { workspaceFor } from '../support/workspace.ts';

const PART = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };

async function withDeliveries(t: Parameters<typeof workspaceFor>[0]) {
  const workspace = await workspaceFor(t);
  const { anna, mail, scope } = workspace;
  await mail({ subject: 'Pralka' });
  await anna.get('/conversations/1');
  await anna.post('/conversations/1/messages', { kind: 'reply', text: 'Odpowiedź', to: 'jan@customer.test', cc: 'ola@customer.test' });
  const later = new Date(scope.now().getTime() + 17 * 60_000).toISOString();
  await scope
    .db('deliveries')
    .where({ id: 1 })
    .update({ status: 'deferred', attempts: 3, next_attempt_at: later, reason: '450 4.2.1 <b>slow down</b>', enhanced_status: '4.2.1' });
  return workspace;
}

test('the queue shows for each recipient what happened, why, and when it is tried next', async (t) => {
  const { anna } = await withDeliveries(t);
  const { status, text } = await anna.get('/deliveries');
  t.is(status, 200);
  for (const part of [
    'jan@customer.test',
    'odroczona',
    '450 4.2.1 &lt;b&gt;slow down&lt;/b&gt;',
    'za 17 min',
    'ola@customer.test',
    'w kolejce',
    'href="/conversations/1?from=2#message-2"',
    'Pralka',
  ])
    t.true(text.includes(part), part);
  const deferred = await anna.get('/deliveries?status=deferred');
  t.deepEqual([deferred.text.includes('jan@customer.test'), deferred.text.includes('ola@customer.test')], [true, false]);
  t.true((await anna.get('/deliveries?status=sent')).text.includes('Nie ma takich wiadomości'));
  t.is((await anna.get('/deliveries?status=nonsense')).status, 200);
});

test('a person sends again or cancels, in the queue and in the conversation', async (t) => {
  const { anna, scope } = await withDeliveries(t);
  await anna.get('/deliveries');
  const statusOf = async (id: number): Promise<string> => (await scope.db('deliveries').where({ id }).first('status')).status;
  t.is((await anna.post('/deliveries/1/attempts', { back: '/deliveries?status=deferred' })).location, '/deliveries?status=deferred');
  t.is(await statusOf(1), 'queued');
  t.is((await anna.post('/deliveries/2/cancellation')).location, '/conversations/1');
  t.is(await statusOf(2), 'cancelled');
  const part = await anna.post('/deliveries/1/cancellation', { back: '/deliveries' }, PART);
  t.regex(part.text, /hx-target="#queue"[\s\S]*Wysyłka anulowana/);
  t.is((await anna.post('/deliveries/99/attempts')).status, 404);
  t.is((await anna.post('/deliveries/1/attempts', { back: '//evil.example/' })).location, '/');
});

test('under a message stands what became of it for each recipient', async (t) => {
  const { anna } = await withDeliveries(t);
  const { text } = await anna.get('/conversations/1');
  for (const part of ['następna próba za 17 min', 'action="/deliveries/1/attempts"', 'action="/deliveries/2/cancellation"'])
    t.true(text.includes(part), part);
});

test('the queue shows what waits for a chosen moment apart from what leaves by itself', async (t) => {
  const { anna, scope } = await withDeliveries(t);
  const soon = (seconds: number): string => new Date(scope.now().getTime() + seconds * 1_000).toISOString();
  await scope
    .db('deliveries')
    .where({ id: 1 })
    .update({ status: 'queued', attempts: 0, reason: null, next_attempt_at: soon(30) });
  await scope
    .db('deliveries')
    .where({ id: 2 })
    .update({ next_attempt_at: soon(86_400) });
  const { text } = await anna.get('/deliveries?status=scheduled');
  t.regex(text, /aria-current="page">Zaplanowane</);
  t.deepEqual([text.includes('jan@customer.test'), text.includes('ola@customer.test')], [false, true]);
  const queued = await anna.get('/deliveries?status=queued');
  t.deepEqual([queued.text.includes('jan@customer.test'), queued.text.includes('ola@customer.test')], [true, true]);
});

test('a conversation tells what did not arrive from what nobody knows about, and asks for a decision there', async (t) => {
  const { anna, scope } = await withDeliveries(t);
  const said = async (...statuses: readonly string[]): Promise<readonly boolean[]> => {
    for (const [index, status] of statuses.entries())
      await scope
        .db('deliveries')
        .where({ id: index + 1 })
        .update({ status });
    await scope.db('conversations').update({ failed_deliveries: 2 });
    const { text } = await anna.get('/conversations/1');
    return ['Nie wiadomo, czy wiadomość dotarła do 1 odbiorcy', 'Nie wiadomo, czy wiadomości dotarły do 2', 'Wiadomość nie dotarła'].map(
      (part) => text.includes(part),
    );
  };
  t.deepEqual(await said('unknown', 'failed'), [true, false, true]);
  t.deepEqual(await said('unknown', 'unknown'), [false, true, false]);
});
