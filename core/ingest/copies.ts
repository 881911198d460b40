import { addressKey, untaggedKey } from '../contacts/address.ts';
import type { WriteScope } from '../db/scope.ts';
import type { MessageId } from '../lib/ids.ts';
import { linkCopies } from '../messages/copies.ts';
import type { Endpoint, Endpoints } from '../messages/endpoint.ts';
import type { InterpretedMessage } from './types.ts';

/** A mail to several inboxes of ours is a message in each of them; they are linked, so that not two people answer it unknowingly. */
export async function linkWithCopies(
  tx: WriteScope,
  endpoints: Pick<Endpoints, 'isOurs'>,
  endpoint: Pick<Endpoint, 'address' | 'id'>,
  item: Pick<InterpretedMessage, 'to' | 'cc' | 'externalId'>,
  messageId: MessageId,
): Promise<void> {
  if (item.externalId === null) return;
  const own = addressKey(endpoint.address);
  const isToOthers = [...item.to, ...item.cc].some(({ address }) => {
    const base = untaggedKey(address);
    return base !== own && endpoints.isOurs(base);
  });
  if (isToOthers) await linkCopies(tx, { messageId, inboxId: endpoint.id, externalId: item.externalId });
}
