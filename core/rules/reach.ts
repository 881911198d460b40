import { existingAgent } from '../agents/edit-agent.ts';
import { allow } from '../conversations/allow.ts';
import type { Conversation } from '../conversations/types.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import { allowFolder, foldersFor } from '../folders/allow.ts';
import { listFolders } from '../folders/list.ts';
import { ownerOfFolder } from '../folders/personal.ts';
import { ForbiddenError, InvalidError, NotFoundError } from '../lib/errors.ts';
import type { AgentId } from '../lib/ids.ts';
import type { Rule } from './types.ts';

/** Whose rights a rule gets that the actor saves. Null = nobody's: an administrator and the machine itself see everything. */
export async function keeperOf(scope: Scope): Promise<AgentId | null> {
  const { actor } = scope;
  if (actor.kind !== 'agent') return null;
  return (await existingAgent(scope, actor.id)).role === 'administrator' ? null : actor.id;
}

/** Of the rules those that the actor may see and change: all, or, where he may not move in every folder, those that have his own rights. */
export async function ownRules(scope: Scope, rules: readonly Rule[]): Promise<readonly Rule[]> {
  const { actor } = scope;
  if (actor.kind !== 'agent') return rules;
  const [mine, all] = [await foldersFor(scope, 'move'), await listFolders(scope)];
  return mine.length === all.length ? rules : rules.filter(({ keeperId }) => keeperId === actor.id);
}

/**
 * Whether a rule may act on a conversation: at this moment its keeper may move it. What lies in a personal folder no rule of the company
 * touches: it would carry out what nobody else may see.
 */
export async function reaches(
  tx: WriteScope,
  { keeperId }: Pick<Rule, 'keeperId'>,
  { id, folderId }: Pick<Conversation, 'id' | 'folderId'>,
): Promise<boolean> {
  if (keeperId === null) return (await ownerOfFolder(tx, folderId)) === null;
  return passes(() => allow(as(tx, keeperId), 'conversation:move', id));
}

/** Raises invalid where its keeper may no longer move into the folder of a rule. */
export async function expectOpenFolder(tx: WriteScope, { keeperId, actions: { folderId } }: Rule): Promise<void> {
  if (keeperId === null || folderId === null) return;
  if (!(await passes(() => allowFolder(as(tx, keeperId), 'move', folderId))))
    throw new InvalidError({ folderId: 'rules.problem.right_gone' });
}

const as = (scope: Scope, id: AgentId): Scope => ({ ...scope, actor: { kind: 'agent', id } });

async function passes(ask: () => Promise<void>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    if (error instanceof NotFoundError || error instanceof ForbiddenError) return false;
    throw error;
  }
}
