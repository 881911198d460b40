import { handOver } from '../conversations/assign.ts';
import { changeConversation, lockedConversation } from '../conversations/change.ts';
import { refile } from '../conversations/file.ts';
import type { Assignment } from '../conversations/holder.ts';
import { wakeLater } from '../conversations/snooze.ts';
import type { Conversation } from '../conversations/types.ts';
import { attempt, type Scope, transact, type WriteScope } from '../db/scope.ts';
import { allowFolder } from '../folders/allow.ts';
import { holdFolder } from '../folders/list.ts';
import { appliedLabels, labelConversation } from '../labels/apply.ts';
import { ConflictError, ForbiddenError, InvalidError, NotFoundError } from '../lib/errors.ts';
import type { FolderId, RuleActId } from '../lib/ids.ts';
import { moveBack } from '../spam/mark.ts';
import { findAct } from './acts.ts';
import { findActById, markUndone } from './acts-store.ts';
import type { Memory } from './memory.ts';
import type { Remainder, RuleAct } from './types.ts';

/**
 * Takes back what a rule did: folder, labels, whose it is and its state, each as far as nobody has changed it since. Answers what stays;
 * what was sent does. Raises not_found, rule_act_undone, nothing_to_undo, conversation_merged.
 */
export async function undoAct(scope: Scope | WriteScope, id: RuleActId): Promise<RuleAct> {
  return transact(scope, async (tx) => {
    const act = await findActById(tx, id);
    if (!act?.memory) throw new ConflictError('nothing_to_undo', 'The rule did nothing here', 'There is nothing to do.');
    let conversation = await lockedConversation(tx, act.conversationId);
    const left: Remainder[] = [];
    const note = (isBack: boolean, what: Remainder): void => void (isBack || left.push(what));
    conversation = await fromSpam(tx, conversation, act.memory);
    note(await returnFolder(tx, conversation, act.memory), 'folder');
    await takeLabels(tx, conversation, act.memory);
    conversation = await lockedConversation(tx, conversation.id);
    note(await returnAssignee(tx, conversation, act.memory), 'assignee');
    conversation = await lockedConversation(tx, conversation.id);
    note(await returnState(tx, conversation, act.memory), 'state');
    note(!act.deeds.some(({ kind }) => kind === 'answered'), 'answer');
    if (!(await markUndone(tx, id, tx.actor.kind === 'agent' ? tx.actor.id : null, left)))
      throw new ConflictError('rule_act_undone', 'This was undone already', 'Reload to see it.');
    tx.emit({ type: 'rule.undone', data: { conversationId: conversation.id, ruleActId: id } });
    return findAct(tx, id);
  });
}

/** Only what the rule put there: what an agent or a filter says afterwards stays. */
async function fromSpam(tx: WriteScope, now: Conversation, { toSpam }: Memory): Promise<Conversation> {
  return toSpam && !now.trashedAt && now.spam?.reason === 'rule' ? moveBack(tx, now) : now;
}

async function returnFolder(tx: WriteScope, now: Conversation, { before, after }: Memory): Promise<boolean> {
  if (before.folderId === after.folderId) return true;
  if (now.folderId !== after.folderId) return now.folderId === before.folderId;
  if (!(await isOpenTo(tx, before.folderId))) return false;
  await refile(tx, now, before.folderId);
  return true;
}

/** Whether the folder is still there, and whoever takes it back may move something into it. */
async function isOpenTo(tx: WriteScope, id: FolderId): Promise<boolean> {
  try {
    await allowFolder(tx, 'move', id);
    await holdFolder(tx, id);
    return true;
  } catch (error) {
    if (error instanceof NotFoundError || error instanceof ForbiddenError) return false;
    throw error;
  }
}

async function takeLabels(tx: WriteScope, { id }: Conversation, { labelIds }: Memory): Promise<void> {
  if (labelIds.length === 0) return;
  const on = new Set(await appliedLabels(tx, id));
  for (const labelId of labelIds.filter((one) => on.has(one))) await labelConversation(tx, id, labelId, false);
}

const isSameHolder = (a: Assignment, b: Assignment): boolean => a.assigneeId === b.assigneeId && a.teamId === b.teamId;

async function returnAssignee(tx: WriteScope, now: Conversation, { before, after }: Memory): Promise<boolean> {
  if (isSameHolder(before, after) || isSameHolder(now, before)) return true;
  // Where the folder is another one again, it may be nobody's by that alone.
  if (!isSameHolder(now, after) && (now.assigneeId !== null || now.teamId !== null)) return false;
  try {
    await attempt(tx, (inner) => handOver(inner, now.id, { assigneeId: before.assigneeId, teamId: before.teamId }));
    return true;
  } catch (error) {
    if (error instanceof InvalidError) return false;
    throw error;
  }
}

const isSame = (a: Date | null, b: Date | null): boolean => (a?.getTime() ?? null) === (b?.getTime() ?? null);

async function returnState(tx: WriteScope, now: Conversation, { before, after }: Memory): Promise<boolean> {
  if (before.status === after.status && isSame(before.snoozedUntil, after.snoozedUntil)) return true;
  if (now.status === before.status && isSame(now.snoozedUntil, before.snoozedUntil)) return true;
  if (
    now.spam ||
    now.trashedAt ||
    now.status !== after.status ||
    !isSame(now.closedAt, after.closedAt) ||
    !isSame(now.snoozedUntil, after.snoozedUntil)
  )
    return false;
  const { status, closedAt, snoozedUntil, snoozedBy, waitingSince } = before;
  await wakeLater(tx, now.id, snoozedUntil);
  if (after.status === 'closed') tx.emit({ type: 'conversation.unclosed', data: { conversationId: now.id } });
  tx.emit({ type: 'conversation.reopened', data: { conversationId: now.id } });
  await changeConversation(tx, now, { status, closedAt, snoozedUntil, snoozedBy, waitingSince: now.waitingSince ?? waitingSince });
  return true;
}
