import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { isBlank } from '../drafts/fields.ts';
import type { Draft, DraftInput } from '../drafts/types.ts';
import type { AgentId, ConversationId, DraftVersionId } from '../lib/ids.ts';
import { deleteKeptBefore, deleteSteps, findSame, insertVersion, leaveConversation, leaveOnly, markKept, newestOf } from './store.ts';
import { KEPT_DAYS, KEPT_OF_ONE, type VersionReason } from './types.ts';
import { whyKeep } from './why.ts';

/** Keeps what a draft holds as an earlier version; the same text with the same files is kept once. Answers null when nothing is in it. */
export async function keepVersion(tx: WriteScope, draft: Draft, reason: VersionReason): Promise<DraftVersionId | null> {
  const files = draft.attachments.filter(({ id }) => !draft.fields.dropped.includes(id));
  if (isBlank(draft) && files.length === 0) return null;
  const fields = JSON.stringify({ ...draft.fields, dropped: [] });
  const same = await findSame(tx, draft, files);
  if (same) {
    await markKept(tx, same, reason, fields);
    return same;
  }
  const id = await insertVersion(tx, draft, fields, files, reason);
  await leaveOnly(tx, draft, KEPT_OF_ONE);
  return id;
}

/** Called before another text takes the place of a draft: keeps it where something of it would be lost. */
export async function keepBefore(tx: WriteScope, draft: Draft, next: Pick<DraftInput, 'text'>): Promise<void> {
  if (draft.text === next.text) return;
  const newest = await newestOf(tx, draft.agentId, draft.conversationId);
  const reason = whyKeep({ text: draft.text, at: draft.updatedAt }, next.text, newest, tx.now());
  if (reason) await keepVersion(tx, draft, reason);
}

/** The draft was sent: the steps on the way to it go, what its author gave up before stays. */
export const forgetSteps = (tx: WriteScope, agentId: AgentId, conversationId: ConversationId | null): Promise<void> =>
  deleteSteps(tx, agentId, conversationId);

/** A conversation goes because its only message was taken back: what anybody wrote in it stays with him. */
export const outliveConversation = (tx: WriteScope, id: ConversationId): Promise<void> => leaveConversation(tx, id);

const BATCH = 500;

/** Since when what was kept can be brought back. */
export const keptSince = (now: Date): Date => new Date(now.getTime() - KEPT_DAYS * 86_400_000);

/** Deletes what was kept over 30 days ago; answers how many there were. Files that nothing else holds go with the nightly collection. */
export async function forgetOldVersions(scope: Scope): Promise<number> {
  const before = keptSince(scope.now());
  for (let total = 0; ; ) {
    const count = await transact(scope, (tx) => deleteKeptBefore(tx, before, BATCH));
    total += count;
    if (count < BATCH) return total;
  }
}
