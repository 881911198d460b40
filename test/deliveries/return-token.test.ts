import test from 'ava';
import { transact } from '../../core/db/scope.ts';
import { deliveriesOf } from '../../core/deliveries/list.ts';
import { receiveReport } from '../../core/deliveries/receive-report.ts';
import { returnTokens } from '../../core/deliveries/return-token.ts';
import type { DeliveryId, InboxId, MessageId } from '../../core/lib/ids.ts';
import { createKeyring } from '../../core/lib/secrets.ts';
import { houseFor } from '../support/house.ts';
import { answer, scriptedChannel, work } from '../support/sending.ts';
import { until } from '../support/until.ts';
import { KEYRING } from '../support/web.ts';

const TOKENS = returnTokens(KEYRING);

async function sent(t: Parameters<typeof houseFor>[0], to: readonly string[]) {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({});
  const { messageId } = await answer(house, conversationId, to);
  await house.scope.db('deliveries').update({ status: 'sent' });
  const report = (returnToken: string, recipient: string | null = null, inboxId: InboxId = house.inboxId) =>
    transact(house.scope, (tx) =>
      receiveReport(
        tx,
        inboxId,
        { kind: 'report', about: { externalId: null, recipient, returnToken }, outcome: 'bounced', status: '5.1.1', diagnostic: null },
        TOKENS,
      ),
    );
  const statuses = async () => (await deliveriesOf(house.scope, [messageId])).map((one) => one.status);
  return { ...house, messageId, report, statuses, deliveries: await deliveriesOf(house.scope, [messageId]) };
}

test('a bounce to the return address of a delivery marks exactly that one, whatever it says about the recipient', async (t) => {
  const { report, statuses, deliveries } = await sent(t, ['a@x.test', 'b@x.test']);
  t.like(await report(TOKENS.forDelivery(deliveries[1]?.id as DeliveryId), 'somebody@forwarded.test'), { unmatched: false });
  t.deepEqual(await statuses(), ['sent', 'bounced']);
});

test('a bounce to the return address of a message needs the recipient when there were several', async (t) => {
  const { report, statuses, messageId } = await sent(t, ['a@x.test', 'b@x.test']);
  t.true((await report(TOKENS.forMessage(messageId))).unmatched);
  t.false((await report(TOKENS.forMessage(messageId), 'a@x.test')).unmatched);
  t.deepEqual(await statuses(), ['bounced', 'sent']);
});

test('a return token that is forged, of another installation or of another inbox changes nothing', async (t) => {
  const { report, statuses, deliveries, addInbox } = await sent(t, ['a@x.test']);
  const id = deliveries[0]?.id as DeliveryId;
  const genuine = TOKENS.forDelivery(id);
  const elsewhere = returnTokens(createKeyring('a quite different secret of another installation')).forDelivery(id);
  const wrong = [
    elsewhere,
    genuine.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    `d${id}-${'0'.repeat(20)}`,
    `d${id}`,
    'd0-x',
    '',
    "' or 1=1",
  ];
  for (const token of wrong) t.true((await report(token)).unmatched, token);
  const other = await addInbox('drugi@x.test');
  t.true((await report(genuine, null, other)).unmatched);
  t.deepEqual(await statuses(), ['sent']);
  t.false((await report(genuine)).unmatched);
});

test('return tokens are short, lower case, and read back as what they name', (t) => {
  const token = TOKENS.forDelivery(2_147_483_647 as DeliveryId);
  t.regex(token, /^[a-z0-9-]{8,32}$/);
  t.deepEqual(TOKENS.read(token), { kind: 'delivery', id: 2_147_483_647 as DeliveryId });
  t.deepEqual(TOKENS.read(TOKENS.forMessage(3 as MessageId)), { kind: 'message', id: 3 as MessageId });
  t.is(TOKENS.read(TOKENS.forMessage(3 as MessageId).replace('m', 'd')), null, 'a message’s token is none of a delivery');
});

test('the channel gets a return token for each recipient and one for the message', async (t) => {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({});
  const { messageId } = await answer(house, conversationId, ['a@x.test', 'b@x.test']);
  const channel = scriptedChannel();
  work(t, house, channel.send, { tokens: TOKENS });
  await until('it was sent', () => channel.sent.length === 1);
  const [message] = channel.sent;
  t.deepEqual(TOKENS.read(message?.returnToken ?? ''), { kind: 'message', id: messageId });
  for (const { deliveryId, returnToken } of message?.recipients ?? [])
    t.deepEqual(TOKENS.read(returnToken ?? ''), { kind: 'delivery', id: deliveryId });
});

test('what a channel notes about an attempt is kept with the delivery, and the other side’s wish for the next one is granted', async (t) => {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({});
  const { messageId } = await answer(house, conversationId, ['a@x.test']);
  const channel = scriptedChannel(() => ({ state: 'deferred', reason: '450 later', status: null, note: 'greylisted', retryInMs: 300_000 }));
  work(t, house, channel.send);
  const delivery = async () => (await deliveriesOf(house.scope, [messageId]))[0];
  await until('it was put off', async () => (await delivery())?.status === 'deferred');
  const kept = await delivery();
  t.like(kept, { note: 'greylisted', attempts: 1 });
  t.is((kept?.nextAttemptAt?.getTime() ?? 0) - house.scope.now().getTime(), 300_000);
});
