import type { Scope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';

/** Conversations with whoever has one of these addresses, or with them among those who take part in `here`; at most `limit`. In no order: with one PostgreSQL would rather walk through all conversations. */
export async function conversationsWithAddresses(
  { db, actor }: Scope,
  addresses: readonly string[],
  here: ConversationId | null,
  limit: number,
): Promise<readonly { readonly id: ConversationId; readonly address: string }[]> {
  // Two, as the indexes are: of the company's contacts, and of those of the actor's own mailbox.
  const partners: { id: number; address: string }[] = [];
  for (const owner of [null, ...(actor.kind === 'agent' ? [actor.id] : [])])
    partners.push(
      ...(await db('identities')
        .join('conversations', 'conversations.contact_id', 'identities.contact_id')
        .where({ 'identities.kind': 'email', 'identities.owner_id': owner })
        .whereIn('identities.address', [...addresses])
        .limit(limit)
        .select('conversations.id', 'identities.address')),
    );
  const present: { id: number; address: string }[] =
    here === null
      ? []
      : await db('participants')
          .where({ conversation_id: here })
          .whereIn('address', [...addresses])
          .select('conversation_id as id', 'address');
  return [...partners, ...present].map(({ id, address }) => ({ id: id as ConversationId, address }));
}
