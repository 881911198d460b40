import type { Scope } from '../db/scope.ts';
import type { ContactId, ConversationId } from '../lib/ids.ts';
import type { Elsewhere } from './types.ts';

export async function lastConversation({ db }: Scope): Promise<number> {
  return Number((await db('conversations').max({ id: 'id' }).first())?.['id'] ?? 0);
}

/** Conversations between two numbers in which one of the addresses takes part; read in the order of the key. */
export const takingPart = ({ db }: Scope, addresses: readonly string[], after: number, until: number): Promise<ConversationId[]> =>
  db('participants')
    .where('conversation_id', '>', after)
    .where('conversation_id', '<=', until)
    .whereIn('address', [...addresses])
    .distinct('conversation_id')
    .pluck('conversation_id');

/** Where conversations of a contact were merged. */
export const mergedInto = ({ db }: Scope, id: ContactId): Promise<ConversationId[]> =>
  db('conversations').where({ contact_id: id }).whereNotNull('merged_into_id').pluck('merged_into_id');

/** Live talks in which somebody gave one of the addresses as his, which nobody checked. */
export const talksOf = ({ db }: Scope, addresses: readonly string[]): Promise<ConversationId[]> =>
  db('visitors as v')
    .join('identities as i', (on) => on.on('i.address', 'v.address').andOnVal('i.kind', 'opaque'))
    .join('conversations as c', 'c.contact_id', 'i.contact_id')
    .whereIn('v.email', [...addresses])
    .pluck('c.id');

/** Of these the ones that stand for themselves, are of the company and somebody else's; the newest first. */
export async function ofOthers({ db }: Scope, ids: readonly ConversationId[], id: ContactId | null): Promise<readonly Elsewhere[]> {
  const rows: Record<string, unknown>[] = await db('conversations as c')
    .join('folders as f', 'f.id', 'c.folder_id')
    .whereIn('c.id', [...ids])
    .whereNull('f.owner_id')
    .whereNot('c.contact_id', id ?? 0)
    .whereNull('c.merged_into_id')
    .orderBy([
      { column: 'c.last_message_at', order: 'desc' },
      { column: 'c.id', order: 'desc' },
    ])
    .select('c.id', 'c.subject', 'c.last_message_at');
  return rows.map((one) => ({
    id: one['id'] as ConversationId,
    subject: String(one['subject']),
    lastMessageAt: new Date(String(one['last_message_at'])),
  }));
}
