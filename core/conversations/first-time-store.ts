import type { Scope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';

/** Conversations with whoever has one of these addresses, or with them among those who take part in `here`; the newest, at most `limit`. */
export async function conversationsWithAddresses(
  { db }: Scope,
  addresses: readonly string[],
  here: ConversationId | null,
  limit: number,
): Promise<readonly { readonly id: ConversationId; readonly address: string }[]> {
  const partners: { id: number; address: string }[] = await db('identities')
    .join('conversations', 'conversations.contact_id', 'identities.contact_id')
    .whereIn('identities.address', [...addresses])
    .orderBy('conversations.id', 'desc')
    .limit(limit)
    .select('conversations.id', 'identities.address');
  const present: { id: number; address: string }[] =
    here === null
      ? []
      : await db('participants')
          .where({ conversation_id: here })
          .whereIn('address', [...addresses])
          .select('conversation_id as id', 'address');
  return [...partners, ...present].map(({ id, address }) => ({ id: id as ConversationId, address }));
}
