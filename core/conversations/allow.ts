import type { Scope } from '../db/scope.ts';
import { ForbiddenError, NotFoundError } from '../lib/errors.ts';
import type { AgentId, ConversationId } from '../lib/ids.ts';
import { findConversationRow } from './list.ts';
import { isVisible } from './store.ts';
import type { ConversationRow } from './types.ts';

export const CONVERSATION_RIGHTS = [
  'conversation:read',
  'conversation:reply',
  'conversation:note',
  'conversation:close',
  'conversation:assign',
  'conversation:label',
  /** Merge, split and move messages: needed for each conversation that takes part. */
  'conversation:move',
] as const;
export type ConversationRight = (typeof CONVERSATION_RIGHTS)[number];

/** Passes when the actor may do this; else raises not_found (which does not tell whether it exists) or forbidden. */
export async function allow(scope: Scope, right: ConversationRight, id: ConversationId): Promise<void> {
  if (scope.actor.kind === 'channel') throw new ForbiddenError(`A channel has no right ${right}`);
  if (!(await isVisible(scope, id))) throw new NotFoundError('Conversation');
}

/** The same in one query with the row itself, for pages that show it. */
export async function allowedRow(scope: Scope, right: ConversationRight, id: ConversationId): Promise<ConversationRow> {
  if (scope.actor.kind === 'channel') throw new ForbiddenError(`A channel has no right ${right}`);
  return findConversationRow(scope, id);
}

/** Whether that agent may read it, whoever asks. */
export const mayRead = (scope: Scope, agentId: AgentId, id: ConversationId): Promise<boolean> =>
  isVisible({ ...scope, actor: { kind: 'agent', id: agentId } }, id);
