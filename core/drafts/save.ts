import { recordBlobs } from '../blobs/store.ts';
import { leadsTo } from '../conversations/evidence.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { AgentId, ConversationId } from '../lib/ids.ts';
import { addAttachmentRows, deleteRow, draftsOfAgent, findDraft, saveRow } from './store.ts';
import type { Draft, DraftAttachment, DraftInput } from './types.ts';

/** Every draft of this agent, at most 500, newest first. */
export const listDrafts = (scope: Scope, agentId: AgentId): Promise<readonly Draft[]> => draftsOfAgent(scope, agentId);

/** What he has written there, or null. */
export const readDraft = findDraft;

/** Keeps what the agent has written; survives log-out and restart. An empty text with untouched recipients and no file leaves no draft. Emits nothing. */
export async function saveDraft(
  scope: Scope | WriteScope,
  agentId: AgentId,
  conversationId: ConversationId | null,
  draft: DraftInput,
): Promise<void> {
  await transact(scope, async (tx) => {
    if (isEmpty(draft) && (await filesOf(tx, agentId, conversationId, draft)).length === 0) await deleteRow(tx, agentId, conversationId);
    else await saveRow(tx, agentId, conversationId, draft);
  });
}

/** Keeps what was written together with files that are stored already; one that the draft holds is not added again. Answers all that go along. */
export async function saveWithFiles(
  scope: Scope | WriteScope,
  agentId: AgentId,
  conversationId: ConversationId | null,
  draft: DraftInput,
  files: readonly Omit<DraftAttachment, 'id'>[],
): Promise<readonly DraftAttachment[]> {
  return transact(scope, async (tx) => {
    const held = await filesOf(tx, agentId, conversationId, draft);
    const added = files.filter((file) => !held.some(({ sha256, filename }) => sha256 === file.sha256 && filename === file.filename));
    if (added.length === 0) {
      await saveDraft(tx, agentId, conversationId, draft);
      return held;
    }
    await saveRow(tx, agentId, conversationId, draft);
    await recordBlobs(tx, added);
    await addAttachmentRows(tx, agentId, conversationId, added);
    return filesOf(tx, agentId, conversationId, draft);
  });
}

/** Removes a draft because it was sent or because its author says so. Answers whether there was one. */
export async function discardDraft(scope: Scope | WriteScope, agentId: AgentId, conversationId: ConversationId | null): Promise<boolean> {
  return transact(scope, (tx) => deleteRow(tx, agentId, conversationId));
}

/**
 * Where a draft belongs that is typed in a conversation which was merged meanwhile: with it, unless its author has another draft there;
 * then it stays with the number, and the composer offers it.
 */
export async function placeOfDraft(scope: Scope, agentId: AgentId, asked: ConversationId): Promise<ConversationId> {
  const standing = await leadsTo(scope, asked);
  if (standing === asked || (await findDraft(scope, agentId, asked))) return asked;
  return (await findDraft(scope, agentId, standing)) ? asked : standing;
}

/** The files that the draft holds on the server and that are still to go along. */
export async function filesOf(
  scope: Scope,
  agentId: AgentId,
  conversationId: ConversationId | null,
  { fields }: DraftInput,
): Promise<readonly DraftAttachment[]> {
  const draft = await findDraft(scope, agentId, conversationId);
  return (draft?.attachments ?? []).filter(({ id }) => !fields.dropped.includes(id));
}

const isEmpty = ({ text, html, fields }: DraftInput): boolean =>
  text.trim() === '' && html === '' && [fields.moreTo, fields.cc, fields.bcc, fields.subject].every((value) => value.trim() === '');
