import type { Scope } from '../../core/db/scope.ts';
import type { DraftInput } from '../../core/drafts/types.ts';

export const DRAFT: DraftInput = {
  kind: 'reply',
  html: '',
  text: 'half an answer',
  fields: { to: null, moreTo: '', cc: '', bcc: '', subject: '', inboxId: null, quoted: false, dropped: [] },
};

const TABLES = {
  conversations: ['id'],
  messages: ['id'],
  deliveries: ['id'],
  participants: ['conversation_id', 'address'],
  conversation_reads: ['agent_id', 'conversation_id'],
  drafts: ['id'],
  counters: ['name'],
} as const;

/** Every row that a transfer may touch, in order: two equal answers mean that nothing is different, but that something was done and undone. */
export async function everything({ db }: Scope): Promise<Readonly<Record<string, readonly object[]>>> {
  const rows = Object.entries(TABLES).map(async ([table, order]) => {
    const found: Record<string, unknown>[] = await db(table).orderBy([...order]);
    const rows = found.map(({ has_transfers: _, ...row }) => row);
    return [table, rows.filter((row) => table !== 'counters' || row['value'] !== 0)] as const;
  });
  return Object.fromEntries(await Promise.all(rows));
}
