import type { Scope } from '../db/scope.ts';
import { type Level, rankOf } from '../folders/types.ts';
import { ForbiddenError, NotFoundError, NotInThisFolderError } from '../lib/errors.ts';
import type { AgentId, ContactId, ConversationId } from '../lib/ids.ts';
import { type ConversationRight, NEEDED } from './levels.ts';
import { findConversationRow } from './list.ts';
import { agentsWhoSee, rankFor, rankForContact, ranksFor } from './rights-store.ts';
import type { ConversationRow } from './types.ts';

export { CONVERSATION_RIGHTS, type ConversationRight } from './levels.ts';

/** Passes when the actor may do this; else raises not_found (which does not tell whether it exists) or forbidden. */
export async function allow(scope: Scope, right: ConversationRight, id: ConversationId): Promise<void> {
  if (scope.actor.kind === 'channel') throw new ForbiddenError(`A channel has no right ${right}`);
  decide(right, await rankFor(scope, id));
}

/** Passes when the actor may do this in some conversation of the contact; raises as above. */
export async function allowContact(scope: Scope, right: ConversationRight, id: ContactId): Promise<void> {
  if (scope.actor.kind === 'channel') throw new ForbiddenError(`A channel has no right ${right}`);
  decide(right, await rankForContact(scope, id), 'Contact');
}

/** The same in one query with the row itself, for pages that show it. */
export async function allowedRow(scope: Scope, right: ConversationRight, id: ConversationId): Promise<ConversationRow> {
  if (scope.actor.kind === 'channel') throw new ForbiddenError(`A channel has no right ${right}`);
  const row = await findConversationRow(scope, id);
  decide(right, rankOf(row.level));
  return row;
}

/** Those of them with which the actor may do this, in one query: what a page offers. */
export async function allowedAmong(
  scope: Scope,
  right: ConversationRight,
  ids: readonly ConversationId[],
): Promise<ReadonlySet<ConversationId>> {
  const ranks = await ranksFor(scope, [...new Set(ids)]);
  return new Set([...ranks].flatMap(([id, rank]) => (suffices(right, rank) ? [id] : [])));
}

function decide(right: ConversationRight, rank: number, what = 'Conversation'): void {
  if (rank === 0) throw new NotFoundError(what);
  if (!suffices(right, rank)) throw new NotInThisFolderError(right);
}

const suffices = (right: ConversationRight, rank: number): boolean => rank >= rankOf(NEEDED[right]);

/** Whether a level is enough for a right: what a page offers. */
export const isEnough = (right: ConversationRight, level: Level): boolean => suffices(right, rankOf(level));

/** The same for what `folder_access` calls the level. */
export const isEnoughRank = (right: ConversationRight, rank: number): boolean => suffices(right, rank);

/** All agents who may read it. */
export const readersOf = async (scope: Scope, id: ConversationId): Promise<ReadonlySet<AgentId>> => new Set(await agentsWhoSee(scope, id));

/** Whether that agent may read it, whoever asks. */
export const mayRead = async (scope: Scope, agentId: AgentId, id: ConversationId): Promise<boolean> =>
  (await rankFor({ ...scope, actor: { kind: 'agent', id: agentId } }, id)) > 0;
