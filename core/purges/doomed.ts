import type { AgentId, ConversationId, FolderId, InboxId } from '../lib/ids.ts';
import type { Doomed } from './types.ts';

/** A row of `conversations` with `counted_from`. */
export const doomedFrom = (row: Readonly<Record<string, unknown>>): Doomed => ({
  id: row['id'] as ConversationId,
  inboxId: row['inbox_id'] as InboxId,
  assigneeId: row['assignee_id'] as AgentId | null,
  folderId: row['folder_id'] as FolderId,
  subject: String(row['subject']),
  sender: String(row['contact_address']),
  countedFrom: new Date(String(row['counted_from'])),
});
