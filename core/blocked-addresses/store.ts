import type { Scope, WriteScope } from '../db/scope.ts';
import { seenConversation } from '../db/visible.ts';
import type { AgentId, BlockedAddressId, ConversationId } from '../lib/ids.ts';
import type { BlockedAddress } from './types.ts';

interface Row {
  id: number;
  address: string;
  reason: string;
  enhanced_status: string | null;
  conversation_id: number;
  blocked_at: string;
}

const fromRow = (row: Row): BlockedAddress => ({
  id: row.id as BlockedAddressId,
  address: row.address,
  reason: row.reason,
  enhancedStatus: row.enhanced_status,
  conversationId: row.conversation_id as ConversationId,
  blockedAt: new Date(row.blocked_at),
});

const blocked = ({ db }: Scope) => db('blocked_addresses').whereRaw('unblocked_at is null');

export async function findBlocked(scope: Scope, addresses: readonly string[]): Promise<readonly BlockedAddress[]> {
  if (addresses.length === 0) return [];
  return ((await blocked(scope).whereIn('address', addresses).orderBy('id')) as Row[]).map(fromRow);
}

/** Newest first; of the addresses that hold `q`, and were refused in a conversation that the actor sees. */
export async function listBlocked(scope: Scope, q: string, before: number | null, limit: number): Promise<readonly BlockedAddress[]> {
  const query = blocked(scope).orderBy('id', 'desc').limit(limit);
  if (scope.actor.kind === 'agent') query.whereExists(seenConversation(scope.db, scope.actor, 'blocked_addresses.conversation_id'));
  if (before !== null) query.where('id', '<', before);
  if (q !== '') query.whereRaw("address like ? escape '!'", [`%${q.toLowerCase().replace(/[!%_]/g, '!$&')}%`]);
  return ((await query) as Row[]).map(fromRow);
}

/** Null when it is blocked already. */
export async function insertBlocked(
  { db, now }: WriteScope,
  made: Omit<BlockedAddress, 'id' | 'blockedAt'>,
): Promise<BlockedAddressId | null> {
  const row = {
    ...{ address: made.address, reason: made.reason, enhanced_status: made.enhancedStatus, conversation_id: made.conversationId },
    blocked_at: now().toISOString(),
  };
  const [inserted] = await db('blocked_addresses')
    .insert(row)
    .onConflict(db.raw('(address) where unblocked_at is null') as never)
    .ignore()
    .returning('id');
  return inserted ? (inserted.id as BlockedAddressId) : null;
}

/** Answers the address, or null when it is not blocked. */
export async function markUnblocked({ db, now }: WriteScope, id: BlockedAddressId, by: AgentId | null): Promise<string | null> {
  const [row] = await db('blocked_addresses')
    .where({ id })
    .whereNull('unblocked_at')
    .update({ unblocked_at: now().toISOString(), unblocked_by: by })
    .returning('address');
  return row?.address ?? null;
}
