import type { Scope } from '../db/scope.ts';
import type { AgentId, ConversationId } from '../lib/ids.ts';
import { readFields } from './fields.ts';
import { DRAFT_KINDS, type DraftAttachment, type DraftKind } from './types.ts';

/** What rows of drafts and of their versions hold alike. */
export interface WrittenRow {
  agent_id: number;
  conversation_id: number | null;
  kind: string;
  html: string;
  text: string;
  fields: string;
}

/** The same of their files. */
export interface FileRow {
  filename: string;
  content_type: string;
  bytes: number;
  blob_sha256: string;
}

type File = Pick<DraftAttachment, 'filename' | 'contentType' | 'bytes' | 'sha256'>;

export const kindOf = (name: string): DraftKind => DRAFT_KINDS.find((kind) => kind === name) ?? 'reply';

export const writtenFromRow = (row: WrittenRow) => ({
  agentId: row.agent_id as AgentId,
  conversationId: row.conversation_id as ConversationId | null,
  kind: kindOf(row.kind),
  html: row.html,
  text: row.text,
  fields: readFields(row.fields),
});

export const fileFromRow = (row: FileRow): File => ({
  filename: row.filename,
  contentType: row.content_type,
  bytes: Number(row.bytes),
  sha256: row.blob_sha256,
});

export const fileColumns = ({ filename, contentType, bytes, sha256 }: File): FileRow => ({
  ...{ filename, content_type: contentType, bytes, blob_sha256: sha256 },
});

/** The rows of one agent about one conversation; null = those outside any. */
export const placeIn = (db: Scope['db'], table: 'drafts' | 'draft_versions', agentId: AgentId, conversationId: ConversationId | null) => {
  const own = db(table).where({ agent_id: agentId });
  return conversationId === null ? own.whereNull('conversation_id') : own.where({ conversation_id: conversationId });
};
