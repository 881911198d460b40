import { recordBlobs } from '../blobs/store.ts';
import { leadsTo } from '../conversations/evidence.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { forgetSteps, keepBefore, keepVersion } from '../draft-versions/keep.ts';
import type { AgentId, ConversationId, DraftVersionId } from '../lib/ids.ts';
import { isBlank } from './fields.ts';
import { addAttachmentRows, deleteRow, draftsOfAgent, findDraft, saveRow } from './store.ts';
import type { Draft, DraftAttachment, DraftInput } from './types.ts';

/** Every draft of this agent, at most 500, newest first. */
export const listDrafts = (scope: Scope, agentId: AgentId): Promise<readonly Draft[]> => draftsOfAgent(scope, agentId);

/** What he has written there, or null. */
export const readDraft = findDraft;

/** Keeps what the agent has written; survives log-out and restart. An empty text with untouched recipients and no file leaves no draft. What is lost of the former one is an earlier version. Emits nothing. */
export async function saveDraft(
  scope: Scope | WriteScope,
  agentId: AgentId,
  conversationId: ConversationId | null,
  draft: DraftInput,
): Promise<void> {
  await transact(scope, async (tx) => {
    const before = await findDraft(tx, agentId, conversationId);
    if (before) await keepBefore(tx, before, draft);
    if (isBlank(draft) && stillOf(before, draft).length === 0) await deleteRow(tx, agentId, conversationId);
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
    const before = await findDraft(tx, agentId, conversationId);
    const held = stillOf(before, draft);
    const added = files.filter((file) => !held.some(({ sha256, filename }) => sha256 === file.sha256 && filename === file.filename));
    if (added.length === 0) {
      await saveDraft(tx, agentId, conversationId, draft);
      return held;
    }
    if (before) await keepBefore(tx, before, draft);
    await saveRow(tx, agentId, conversationId, draft);
    await recordBlobs(tx, added);
    await addAttachmentRows(tx, agentId, conversationId, added);
    return filesOf(tx, agentId, conversationId, draft);
  });
}

/** Puts another text with its files in the place of the draft, which is an earlier version then. Answers whether there was one with something in it. */
export async function replaceDraft(
  tx: WriteScope,
  agentId: AgentId,
  conversationId: ConversationId | null,
  draft: DraftInput,
  files: readonly Omit<DraftAttachment, 'id'>[],
): Promise<boolean> {
  const before = await findDraft(tx, agentId, conversationId);
  const kept = before && (await keepVersion(tx, before, 'replaced'));
  if (before) await deleteRow(tx, agentId, conversationId);
  await saveRow(tx, agentId, conversationId, draft);
  await addAttachmentRows(tx, agentId, conversationId, files);
  return kept !== null;
}

/** Removes a draft because its author says so; it is an earlier version then. Answers that, or null when nothing was in it. */
export async function discardDraft(
  scope: Scope | WriteScope,
  agentId: AgentId,
  conversationId: ConversationId | null,
): Promise<DraftVersionId | null> {
  return transact(scope, async (tx) => {
    const before = await findDraft(tx, agentId, conversationId);
    const kept = before && (await keepVersion(tx, before, 'discarded'));
    await deleteRow(tx, agentId, conversationId);
    return kept;
  });
}

/** Removes a draft because it was sent, with the steps on the way to it. */
export async function finishDraft(tx: WriteScope, agentId: AgentId, conversationId: ConversationId | null): Promise<void> {
  await deleteRow(tx, agentId, conversationId);
  await forgetSteps(tx, agentId, conversationId);
}

/**
 * Where a draft belongs that is typed in a conversation which was merged meanwhile: with it, unless its author has another draft there, one
 * that this text does not go on; then it stays with the number, and the composer offers it.
 */
export async function placeOfDraft(scope: Scope, agentId: AgentId, asked: ConversationId, { text }: DraftInput): Promise<ConversationId> {
  const standing = await leadsTo(scope, asked);
  if (standing === asked || (await findDraft(scope, agentId, asked))) return asked;
  const there = await findDraft(scope, agentId, standing);
  const goesOn = there !== null && there.text.trim() !== '' && text.startsWith(there.text.trimEnd());
  return there === null || goesOn ? standing : asked;
}

/** The files that the draft holds on the server and that are still to go along. */
export async function filesOf(
  scope: Scope,
  agentId: AgentId,
  conversationId: ConversationId | null,
  draft: DraftInput,
): Promise<readonly DraftAttachment[]> {
  return stillOf(await findDraft(scope, agentId, conversationId), draft);
}

const stillOf = (kept: Draft | null, { fields }: DraftInput): readonly DraftAttachment[] =>
  (kept?.attachments ?? []).filter(({ id }) => !fields.dropped.includes(id));
