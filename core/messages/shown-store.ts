import type { Knex } from 'knex';
import type { Scope } from '../db/scope.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';

/** How many messages of a conversation there are from this one on; 0 when it is not in it. */
export const countFrom = ({ db }: Scope, id: ConversationId, from: MessageId): Promise<number> =>
  countSince(db, id, db('messages').where({ id: from, conversation_id: id }));

/** The same from the first that came in after `readUpTo`; 0 when none did. */
export const countUnread = ({ db }: Scope, id: ConversationId, readUpTo: MessageId): Promise<number> =>
  countSince(
    db,
    id,
    db('messages')
      .where({ conversation_id: id, direction: 'inbound' })
      .where('id', '>', readUpTo)
      .orderBy([{ column: 'created_at' }, { column: 'id' }])
      .limit(1),
  );

async function countSince(db: Knex, id: ConversationId, first: Knex.QueryBuilder): Promise<number> {
  const since = first.select('created_at', 'id');
  const [row] = await db('messages').where('conversation_id', id).whereRaw('(created_at, id) >= ?', [since]).count({ n: '*' });
  return Number(row?.['n'] ?? 0);
}
