import type { Scope, WriteScope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';
import { type AssignmentLine, assignmentLines, insertAssignment } from './assignments-store.ts';
import { changeConversation } from './change.ts';
import type { Conversation } from './types.ts';

/** Whose it is: a person's, a team's, of one person of a team, or nobody's. */
export type Assignment = Pick<Conversation, 'assigneeId' | 'teamId'>;

/** Writes down whose a locked conversation is from now on, and says so in its time line. */
export async function changeHolder(tx: WriteScope, before: Conversation, to: Assignment): Promise<Conversation> {
  tx.emit({ type: 'conversation.assigned', data: { conversationId: before.id } });
  await insertAssignment(tx, before.id, to);
  return changeConversation(tx, before, to);
}

/** Whose these conversations became, oldest first. */
export const listAssignments = (scope: Scope, ids: readonly ConversationId[]): Promise<readonly AssignmentLine[]> =>
  assignmentLines(scope, ids);
