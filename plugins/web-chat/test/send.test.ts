import test from 'ava';
import { InvalidError } from '../../../core/lib/errors.ts';
import type { DeliveryId, InboxId } from '../../../core/lib/ids.ts';
import type { ChannelHost, OutboundMessage, OutboundRecipient, VisitorReach } from '../../../core/plugins/contract.ts';
import { outboundTo } from '../../../test/contract/messages.ts';
import { memoryHost } from '../../../test/support/channel-host.ts';
import plugin from '../plugin.ts';

const INBOX = { id: 3 as InboxId, name: 'Czat', address: 'www', settings: { asksData: true, needsData: false } };
const to = (address: string, id: number): OutboundRecipient => ({ deliveryId: id as DeliveryId, kind: 'to', address, name: null });

async function sent(toVisitor: ChannelHost['toVisitor'], recipients: OutboundMessage['recipients']) {
  const running = await plugin.start(memoryHost({ toVisitor }));
  await running.open(INBOX);
  const message = { ...outboundTo(plugin, { address: 'www', recipient: 'visitor-a' }), recipients };
  const results = await running.send(message, INBOX, AbortSignal.timeout(1000));
  await running.stop();
  return { results, message };
}

test('web-chat: an answer is put into the window of its inbox by its id, and nothing else is', async (t) => {
  const put: unknown[][] = [];
  const { message } = await sent(
    async (...args) => {
      put.push(args);
      return 'there';
    },
    [to('visitor-a', 7)],
  );
  t.deepEqual(put, [[3, 'visitor-a', message.externalId]]);
});

test('web-chat: what became of it is said for each window: there, closed or away with a note, gone for ever, not now', async (t) => {
  const reach: Readonly<Record<string, VisitorReach>> = {
    'visitor-there': 'there',
    'visitor-closed': 'closed',
    'visitor-away': 'away',
    'visitor-gone': 'gone',
  };
  const { results } = await sent(
    async (_inbox, address) => {
      const found = reach[address];
      if (!found) throw new Error('the database is away');
      return found;
    },
    [to('visitor-there', 1), to('visitor-away', 2), to('visitor-gone', 3), to('visitor-unknown', 4), to('visitor-closed', 5)],
  );
  t.deepEqual(
    results.map(({ deliveryId, outcome }) => [deliveryId, outcome.state, 'note' in outcome ? outcome.note : undefined]),
    [
      [1, 'accepted', undefined],
      [2, 'accepted', 'away'],
      [3, 'refused', 'gone'],
      [4, 'deferred', undefined],
      [5, 'accepted', 'closed'],
    ] as never,
  );
});

test('web-chat: the two switches decide what a visitor is asked, and insisting alone asks nothing', (t) => {
  const asks = (asksData: boolean, needsData: boolean) => plugin.visitorTalk?.asks({ asksData, needsData });
  t.is(asks(false, false), 'nothing');
  t.is(asks(false, true), 'nothing');
  t.is(asks(true, false), 'optional');
  t.is(asks(true, true), 'required');
  t.deepEqual(plugin.readSettings({}), { asksData: true, needsData: false }, 'as a new inbox is');
  const error = t.throws(() => plugin.readSettings({ asksData: 'yes' }), { instanceOf: InvalidError });
  t.deepEqual(error?.fields, { asksData: 'wrong_switch' });
});
