import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { AgentId, ConversationId } from '../lib/ids.ts';
import { deleteRow, draftsOfAgent, saveRow } from './store.ts';
import type { Draft, DraftInput } from './types.ts';

/** Every draft of this agent, at most 500, newest first. */
export const listDrafts = (scope: Scope, agentId: AgentId): Promise<readonly Draft[]> => draftsOfAgent(scope, agentId);

/** Keeps what the agent has written; survives log-out and restart. An empty text with untouched recipients leaves no draft. Emits nothing. */
export async function saveDraft(
  scope: Scope | WriteScope,
  agentId: AgentId,
  conversationId: ConversationId | null,
  draft: DraftInput,
): Promise<void> {
  await transact(scope, async (tx) => {
    if (isEmpty(draft)) await deleteRow(tx, agentId, conversationId);
    else await saveRow(tx, agentId, conversationId, draft);
  });
}

/** Removes a draft because it was sent or because its author says so. Answers whether there was one. */
export async function discardDraft(scope: Scope | WriteScope, agentId: AgentId, conversationId: ConversationId | null): Promise<boolean> {
  return transact(scope, (tx) => deleteRow(tx, agentId, conversationId));
}

const isEmpty = ({ text, html, fields }: DraftInput): boolean =>
  text.trim() === '' && html === '' && [fields.moreTo, fields.cc, fields.bcc, fields.subject].every((value) => value.trim() === '');
