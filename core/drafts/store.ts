import { z } from 'zod';
import type { Scope, WriteScope } from '../db/scope.ts';
import { type AgentId, type ConversationId, parseId } from '../lib/ids.ts';
import { DRAFT_KINDS, type Draft, type DraftInput } from './types.ts';

interface Row {
  agent_id: number;
  conversation_id: number | null;
  kind: string;
  html: string;
  text: string;
  fields: string;
  updated_at: string;
}

const fieldsSchema = z.object({
  to: z.array(z.string()).nullable().catch(null),
  moreTo: z.string().catch(''),
  cc: z.string().catch(''),
  bcc: z.string().catch(''),
  subject: z.string().catch(''),
  quoted: z.boolean().catch(false),
  inboxId: z
    .unknown()
    .optional()
    .transform((value) => parseId<'inboxes'>(value)),
});

/** All drafts of one agent in one query: they mark the rows of a list and fill the composer. */
export async function draftsOfAgent({ db }: Scope, agentId: AgentId): Promise<readonly Draft[]> {
  const rows: Row[] = await db('drafts').where({ agent_id: agentId }).orderBy('id', 'desc').limit(500);
  return rows.map(fromRow);
}

/** Puts the draft in the place of the former one. */
export async function saveRow(tx: WriteScope, agentId: AgentId, conversationId: ConversationId | null, draft: DraftInput): Promise<void> {
  const columns = { kind: draft.kind, html: draft.html, text: draft.text, fields: JSON.stringify(draft.fields) };
  const values = { ...columns, updated_at: tx.now().toISOString() };
  const changed = await placeOf(tx, agentId, conversationId).update(values);
  if (changed > 0) return;
  const row = { ...values, agent_id: agentId, conversation_id: conversationId };
  await tx.db('drafts').insert(row).onConflict(['agent_id', 'conversation_id']).merge();
}

/** Answers whether there was one. */
export async function deleteRow(tx: WriteScope, agentId: AgentId, conversationId: ConversationId | null): Promise<boolean> {
  return (await placeOf(tx, agentId, conversationId).delete()) > 0;
}

const placeOf = ({ db }: WriteScope, agentId: AgentId, conversationId: ConversationId | null) =>
  conversationId === null
    ? db('drafts').where({ agent_id: agentId }).whereNull('conversation_id')
    : db('drafts').where({ agent_id: agentId, conversation_id: conversationId });

const fromRow = (row: Row): Draft => ({
  agentId: row.agent_id as AgentId,
  conversationId: row.conversation_id as ConversationId | null,
  kind: DRAFT_KINDS.find((kind) => kind === row.kind) ?? 'reply',
  html: row.html,
  text: row.text,
  fields: fieldsSchema.parse(JSON.parse(row.fields)),
  updatedAt: new Date(row.updated_at),
});
