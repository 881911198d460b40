import type { Scope } from '../db/scope.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';

/** How many messages of a conversation there are from this one on; 0 when it is not in it. */
export async function countFrom({ db }: Scope, id: ConversationId, from: MessageId): Promise<number> {
  const first = db('messages').where({ id: from, conversation_id: id }).select('created_at', 'id');
  const [row] = await db('messages').where('conversation_id', id).whereRaw('(created_at, id) >= ?', [first]).count({ n: '*' });
  return Number(row?.['n'] ?? 0);
}
