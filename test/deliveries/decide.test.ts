import test from 'ava';
import { listConversations } from '../../core/conversations/list.ts';
import { isLate } from '../../core/deliveries/backoff.ts';
import { deliveriesOf } from '../../core/deliveries/list.ts';
import { settleDelivery } from '../../core/deliveries/settle.ts';
import { answer } from '../support/sending.ts';
import { workspaceFor } from '../support/workspace.ts';

async function withUnknown(t: Parameters<typeof workspaceFor>[0]) {
  const workspace = await workspaceFor(t);
  const { conversationId } = await workspace.mail({ subject: 'Pralka' });
  const { messageId } = await answer(workspace, conversationId, ['jan@customer.test']);
  const change = (values: object) => workspace.scope.db('deliveries').update(values);
  await change({ status: 'unknown', next_attempt_at: null, reason: 'timeout' });
  await workspace.scope.db('conversations').update({ failed_deliveries: 1 });
  await workspace.scope
    .db('counters')
    .insert([
      { name: 'conversations.failed', value: 1 },
      { name: 'deliveries.failed', value: 1 },
    ])
    .onConflict('name')
    .merge();
  return { ...workspace, conversationId, messageId, change };
}

test('a delivery of unknown fate is treated as sent or sent again by a person, and who decided is shown', async (t) => {
  const { anna, scope, messageId, change, conversationId } = await withUnknown(t);
  const before = await anna.get(`/conversations/${conversationId}`);
  for (const part of ['Wyślij ponownie…', 'odbiorca dostanie dwie', 'Uznaj za wysłaną']) t.true(before.text.includes(part), part);
  t.is((await anna.post('/deliveries/1/settlement')).location, `/conversations/${conversationId}`);
  const [settled] = await deliveriesOf(scope, [messageId]);
  t.like(settled, { status: 'sent', decision: { what: 'sent', by: 1, name: 'Anna Nowak' } });
  t.regex((await anna.get(`/conversations/${conversationId}`)).text, /Anna Nowak: uznano za wysłaną, 24 lis 2026/);
  await t.throwsAsync(settleDelivery(scope, settled?.id as never), { code: 'delivery_not_unknown' });

  await change({ status: 'unknown', decision: null, decided_by: null, decided_at: null });
  await anna.post('/deliveries/1/attempts');
  t.like((await deliveriesOf(scope, [messageId]))[0], { status: 'queued', decision: { what: 'resend', name: 'Anna Nowak' } });
});

test('what did not arrive has a list of its own, with its number beside it, until nothing of it is left', async (t) => {
  const { anna, scope } = await withUnknown(t);
  t.is((await listConversations(scope, { failed: true })).items.length, 1);
  const list = await anna.get('/conversations?folder=failed');
  t.regex(list.text, /class="alarm"[\s\S]*?<b>1<\/b>/);
  t.true(list.text.includes('Pralka'));
  await anna.post('/deliveries/1/settlement');
  t.deepEqual((await listConversations(scope, { failed: true })).items, []);
  t.true((await anna.get('/conversations?folder=failed')).text.includes('Wszystko dotarło'));
});

test('after four hours of deferrals the conversation warns, and says until when it is tried', async (t) => {
  const { anna, scope, change, pass, conversationId } = await withUnknown(t);
  const due = scope.now().getTime();
  await change({
    status: 'deferred',
    next_attempt_at: new Date(due + 8 * 3_600_000).toISOString(),
    expires_at: new Date(due + 96 * 3_600_000).toISOString(),
  });
  pass(239);
  t.false((await anna.get(`/conversations/${conversationId}`)).text.includes('dłużej niż cztery godziny'));
  pass(1);
  const { text } = await anna.get(`/conversations/${conversationId}`);
  for (const part of ['dłużej niż cztery godziny', 'Próby potrwają do 28 lis 2026']) t.true(text.includes(part), part);
  t.true(isLate(new Date(due + 96 * 3_600_000), scope.now()));
});
