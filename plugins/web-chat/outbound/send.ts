import { unreachable } from '../../../core/lib/errors.ts';
import type { ChannelHost, Inbox, OutboundMessage, SendOutcome, SendResult } from '../../../core/plugins/contract.ts';

/** Puts the message into the window of each visitor. That he has it says only his window, when it fetched it. */
export async function sendToVisitors(
  toVisitor: ChannelHost['toVisitor'],
  { externalId, recipients }: OutboundMessage,
  { id }: Pick<Inbox<unknown>, 'id'>,
): Promise<readonly SendResult[]> {
  return Promise.all(
    recipients.map(async ({ deliveryId, address }) => {
      const outcome = await toVisitor(id, address, externalId).then(outcomeOf, later);
      return { deliveryId, outcome };
    }),
  );
}

function outcomeOf(reach: Awaited<ReturnType<ChannelHost['toVisitor']>>): SendOutcome {
  switch (reach) {
    case 'there':
      return { state: 'accepted', reply: 'in the window of the visitor' };
    case 'closed':
    case 'away':
      return { state: 'accepted', reply: 'waits for the visitor', note: reach };
    case 'gone':
      return { state: 'refused', reason: 'the talk is over', status: null, note: 'gone' };
    default:
      return unreachable(reach);
  }
}

/** Nothing was put anywhere. */
const later = (error: unknown): SendOutcome => ({ state: 'deferred', reason: String(error), status: null });
