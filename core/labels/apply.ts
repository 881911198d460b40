import { changeConversation, lockedConversation } from '../conversations/change.ts';
import type { Conversation } from '../conversations/types.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import type { ConversationId, LabelId } from '../lib/ids.ts';
import { appliedTo, deleteApplied, insertApplied, isApplied } from './applied-store.ts';
import { countLabel } from './counts.ts';
import { placeOf } from './follow.ts';
import { pinPresent } from './store.ts';
import { MAX_APPLIED } from './types.ts';

/** Puts a label on a conversation or takes it off, and answers whether that changed anything. Raises not_found, or invalid with too many. */
export async function labelConversation(scope: Scope | WriteScope, id: ConversationId, labelId: LabelId, isOn: boolean): Promise<boolean> {
  return transact(scope, async (tx) => {
    const before = await lockedConversation(tx, id);
    return (await (isOn ? putOn(tx, before, labelId) : takeOff(tx, before, labelId))) !== before;
  });
}

/** Leaves exactly these labels on a conversation. Raises not_found for the conversation or a label, invalid with too many. */
export async function setLabels(scope: Scope | WriteScope, id: ConversationId, labelIds: readonly LabelId[]): Promise<void> {
  await transact(scope, async (tx) => {
    let conversation = await lockedConversation(tx, id);
    const [before, wanted] = [await appliedTo(tx, id), new Set(labelIds)];
    for (const labelId of before.filter((one) => !wanted.has(one))) conversation = await takeOff(tx, conversation, labelId);
    for (const labelId of [...wanted].filter((one) => !before.includes(one))) conversation = await putOn(tx, conversation, labelId);
  });
}

/** Labels that are on a conversation, in the order of all labels. */
export const appliedLabels = (scope: Scope, id: ConversationId): Promise<readonly LabelId[]> => appliedTo(scope, id);

async function putOn(tx: WriteScope, conversation: Conversation, labelId: LabelId): Promise<Conversation> {
  const { id, labelCount } = conversation;
  if (await isApplied(tx, id, labelId)) return conversation;
  if (labelCount >= MAX_APPLIED) throw new InvalidError({ labels: 'labels.problem.too_many_applied' });
  if (!(await pinPresent(tx, labelId))) throw new NotFoundError('The label');
  countLabel(tx, labelId, 1);
  await insertApplied(tx, id, labelId, placeOf(conversation), tx.actor.kind === 'agent' ? tx.actor.id : null);
  tx.emit({ type: 'conversation.labelled', data: { conversationId: id, labelId } });
  return changeConversation(tx, conversation, { labelCount: labelCount + 1 });
}

async function takeOff(tx: WriteScope, conversation: Conversation, labelId: LabelId): Promise<Conversation> {
  const { id, labelCount } = conversation;
  if (!(await deleteApplied(tx, id, labelId))) return conversation;
  countLabel(tx, labelId, -1);
  tx.emit({ type: 'conversation.unlabelled', data: { conversationId: id, labelId } });
  return changeConversation(tx, conversation, { labelCount: labelCount - 1 });
}
