import type { ExecutionContext } from 'ava';
import { deliveriesOf } from '../../core/deliveries/list.ts';
import { type DeliveryWorkerOptions, startDeliveryWorker } from '../../core/deliveries/worker.ts';
import type { ConversationId, MessageId } from '../../core/lib/ids.ts';
import { silentLog } from '../../core/lib/log.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import type { OutboundMessage, SendOutcome } from '../../core/plugins/contract.ts';
import { type House, houseFor } from './house.ts';
import { until } from './until.ts';

export const ACCEPTED: SendOutcome = { state: 'accepted', reply: '250 ok' };
export const DEFERRED: SendOutcome = { state: 'deferred', reason: '450 later', status: '4.2.0' };
export const REFUSED = { state: 'refused', reason: '550 no such user', status: '5.1.1' } as const satisfies SendOutcome;

/** A channel that answers as it is told, recipient by recipient, and remembers what it was given. */
export function scriptedChannel(answer: (address: string) => SendOutcome | null = () => ACCEPTED) {
  const sent: OutboundMessage[] = [];
  const script = { answer };
  const send: DeliveryWorkerOptions['send'] = async (_inbox, message) => {
    sent.push(message);
    return message.recipients.flatMap(({ deliveryId, address }) => {
      const outcome = script.answer(address);
      return outcome ? [{ deliveryId, outcome }] : [];
    });
  };
  return { send, sent, script };
}

export const noBlobs = { has: async () => true, path: (sha256: string) => `/nowhere/${sha256}` };

/** Starts a worker over the house and stops it with the test. */
export function work(t: ExecutionContext<unknown>, { scope }: Pick<House, 'scope'>, send: DeliveryWorkerOptions['send'], more = {}) {
  const worker = startDeliveryWorker({ scope, send, blobs: noBlobs, log: silentLog, ...more });
  t.teardown(() => worker.stop(0));
  return worker;
}

/** An answer to these addresses in the conversation. */
export const answer = ({ scope, endpoints, agentId }: House, conversationId: ConversationId, to: readonly string[], text = 'Hello') =>
  replyToConversation(scope, endpoints, {
    conversationId,
    authorId: agentId,
    text,
    html: null,
    attachments: [],
    to: to.map((address) => ({ address, name: null })),
  });

/** The deliveries of a message, when none is queued or being sent any more. */
export const settled = (house: House, id: MessageId) =>
  until('no delivery is queued or being sent', async () => {
    const list = await deliveriesOf(house.scope, [id]);
    return list.every((one) => one.status !== 'queued' && one.status !== 'sending') ? list : null;
  });

/** A house with one conversation, answered to these addresses. */
export async function withAnswer(t: ExecutionContext, to: readonly string[]) {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({});
  const { messageId } = await answer(house, conversationId, to);
  return { house, conversationId, messageId };
}
