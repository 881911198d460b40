import test from 'ava';
import { deliveriesOf } from '../../core/deliveries/list.ts';
import type { InboxId, MessageId } from '../../core/lib/ids.ts';
import { type House, houseFor } from '../support/house.ts';
import { answer, scriptedChannel, work } from '../support/sending.ts';
import { until } from '../support/until.ts';

/** As many answers of an inbox, each in a conversation of its own. */
async function answers(house: House, inboxId: InboxId, count: number): Promise<readonly MessageId[]> {
  const ids: MessageId[] = [];
  for (let number = 0; number < count; number += 1) {
    const { conversationId } = await house.mail({ from: { address: `k${number}@x.test`, name: null } }, { inboxId });
    ids.push((await answer(house, conversationId, [`k${number}@x.test`])).messageId);
  }
  return ids;
}

test('a server that does not answer holds up the mail of its own inbox only', async (t) => {
  const house = await houseFor(t);
  const broken = await house.addInbox('broken@company.test');
  const other = await house.addInbox('other@company.test');
  await answers(house, broken, 12);
  house.pass(1);
  const sales = [...(await answers(house, house.inboxId, 6)), ...(await answers(house, other, 6))];
  const channel = scriptedChannel();
  const gate = Promise.withResolvers<void>();
  let [now, most] = [0, 0];
  const worker = work(t, house, async (...args: Parameters<typeof channel.send>) => {
    const [inboxId, , signal] = args;
    if (inboxId !== broken) return channel.send(...args);
    now += 1;
    most = Math.max(most, now);
    signal.addEventListener('abort', () => gate.resolve());
    await gate.promise;
    now -= 1;
    return channel.send(...args);
  });
  const states = async () => (await deliveriesOf(house.scope, sales)).map(({ status }) => status);
  await until('the mail of the others is sent', async () => (await states()).every((one) => one === 'sent'));
  t.is(channel.sent.length, 12);
  t.is(most, 4);
  // What is written meanwhile, too, though mail that is due longer waits for a place.
  const later = await answers(house, other, 1);
  worker.wake();
  await until('what was written later is sent', async () => (await deliveriesOf(house.scope, later))[0]?.status === 'sent');
  gate.resolve();
  await until('so is that of the broken one, now that its server answers', () => channel.sent.length === 25);
  t.is(most, 4);
});
