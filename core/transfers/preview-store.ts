import type { Scope } from '../db/scope.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';

/** As much of a message as tells two conversations apart. */
export interface Preview {
  readonly id: MessageId;
  readonly conversationId: ConversationId;
  readonly direction: string;
  readonly name: string;
  readonly text: string;
  readonly at: Date;
}

const MESSAGES = 3;
const CHARS = 400;

/** The newest three messages of each conversation, oldest of them first: one query. */
export async function newestPreviews({ db }: Scope, ids: readonly ConversationId[]): Promise<readonly Preview[]> {
  const ranked = db('messages')
    .whereIn('conversation_id', [...ids])
    .select('id', db.raw('row_number() over (partition by conversation_id order by created_at desc, id desc) as place'));
  const rows: Record<string, unknown>[] = await db
    .from(ranked.as('ranked'))
    .join('messages as m', 'm.id', 'ranked.id')
    .leftJoin('agents as a', 'a.id', 'm.author_id')
    .where('ranked.place', '<=', MESSAGES)
    .orderBy(['m.created_at', 'm.id'])
    .select('m.id', 'm.conversation_id', 'm.direction', 'm.from_name', 'm.from_address', 'm.created_at', 'a.first_name', 'a.last_name')
    .select(db.raw('substr(m.text, 1, ?) as text', [CHARS]));
  return rows.map((row) => ({
    id: row['id'] as MessageId,
    conversationId: row['conversation_id'] as ConversationId,
    direction: String(row['direction']),
    name: `${row['first_name'] ?? ''} ${row['last_name'] ?? ''}`.trim() || String(row['from_name'] || row['from_address'] || ''),
    text: String(row['text']),
    at: new Date(String(row['created_at'])),
  }));
}
