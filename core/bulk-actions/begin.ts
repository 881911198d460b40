import { listConversations } from '../conversations/list.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { allowFolder } from '../folders/allow.ts';
import { enqueue } from '../jobs/store.ts';
import { findLabel } from '../labels/list.ts';
import { ConflictError, ForbiddenError, InvalidError, NotFoundError } from '../lib/errors.ts';
import type { AgentId, BulkActionId } from '../lib/ids.ts';
import { momentProblem } from '../lib/moment.ts';
import { addItems } from './items-store.ts';
import { stopBulk } from './stop.ts';
import { actionsOf, findAction, goingOf, hideAction, insertAction, lockAction, saveState } from './store.ts';
import { type BulkAction, type BulkChoice, type BulkDeed, canUndo, MAX_ITEMS, SHOWN_MINUTES, UNDO_HOURS } from './types.ts';

export const BULK_JOB = 'bulk_action';
const MAX_GOING = 5;

/**
 * Begins to do something to many conversations; a job does it, and each is changed as far as the agent may. Raises not_found or forbidden for
 * a label or folder, invalid for a moment or a search that is wrong or an empty choice, bulk_busy with five of his under way.
 */
export async function beginBulk(scope: Scope, deed: BulkDeed, choice: BulkChoice): Promise<BulkActionId> {
  const agentId = agentOf(scope);
  await check(scope, deed);
  const ids = 'ids' in choice ? [...new Set(choice.ids)].slice(0, MAX_ITEMS) : [];
  if ('list' in choice) await listConversations(scope, { ...choice.list, limit: 1 });
  else if (ids.length === 0) throw new InvalidError({ ids: 'bulk-actions.problem.none' });
  return transact(scope, async (tx) => {
    if ((await goingOf(tx, agentId)).length >= MAX_GOING)
      throw new ConflictError('bulk_busy', 'Five of your bulk actions are under way', 'Wait until one is over, or stop one.');
    const id = await insertAction(tx, { agentId, deed, list: 'list' in choice ? choice.list : null, total: ids.length });
    await addItems(tx, id, ids);
    await goOn(tx, id, agentId);
    return id;
  });
}

async function check(scope: Scope, deed: BulkDeed): Promise<void> {
  if (deed.kind === 'file') await allowFolder(scope, 'move', deed.folderId);
  if (deed.kind === 'label' || deed.kind === 'unlabel') await findLabel(scope, deed.labelId);
  if (deed.kind !== 'snooze' || deed.until === null) return;
  const problem = momentProblem(deed.until, scope.now());
  if (problem) throw new InvalidError({ snoozedUntil: `conversations.snooze.${problem}` });
}

/** Queues the work on it and tells the agent's browsers. */
async function goOn(tx: WriteScope, bulkActionId: BulkActionId, byAgentId: AgentId): Promise<void> {
  await enqueue(tx, [{ kind: BULK_JOB, data: { bulkActionId } }]);
  tx.emit({ type: 'bulk_action.changed', data: { bulkActionId, byAgentId } });
}

/** One of the agent's own. Raises not_found. */
export async function findOwn(scope: Scope, id: BulkActionId): Promise<BulkAction> {
  return own(scope, await findAction(scope, id));
}

/** The agent's own of the last day, the newest first; with `isShown` those that stand above the list. */
export async function ownActions(scope: Scope, isShown: boolean): Promise<readonly BulkAction[]> {
  const since = new Date(scope.now().getTime() - UNDO_HOURS * 3_600_000);
  const all = await actionsOf(scope, agentOf(scope), since, isShown, 50);
  const shownSince = scope.now().getTime() - SHOWN_MINUTES * 60_000;
  return isShown ? all.filter(({ finishedAt }) => finishedAt === null || finishedAt.getTime() > shownSince).slice(0, 5) : all;
}

/** Stops it: what is done stays done. One that is over stays as it is. Raises not_found. */
export async function cancelBulk(scope: Scope, id: BulkActionId): Promise<void> {
  await transact(scope, async (tx) => {
    await stopBulk(tx, own(tx, await lockAction(tx, id)));
  });
}

/** Begins to take it back, as far as nobody has changed a conversation since. Raises not_found, or bulk_not_undoable: it is under way, was taken back, changed nothing, or is too old. */
export async function reverseBulk(scope: Scope, id: BulkActionId): Promise<void> {
  await transact(scope, async (tx) => {
    const action = own(tx, await lockAction(tx, id));
    if (!canUndo(action, tx.now()))
      throw new ConflictError(
        'bulk_not_undoable',
        'There is nothing to take back',
        `A bulk action can be undone once, for ${UNDO_HOURS} hours.`,
      );
    await saveState(tx, id, 'undoing');
    await goOn(tx, id, action.agentId);
  });
}

/** Puts it away from above the list. Raises not_found. */
export async function dismissBulk(scope: Scope, id: BulkActionId): Promise<void> {
  await transact(scope, async (tx) => {
    own(tx, await lockAction(tx, id));
    await hideAction(tx, id);
  });
}

function own(scope: Scope, action: BulkAction | null): BulkAction {
  if (!action || action.agentId !== agentOf(scope)) throw new NotFoundError('The bulk action');
  return action;
}

function agentOf({ actor }: Scope): AgentId {
  if (actor.kind !== 'agent') throw new ForbiddenError('Only an agent acts on many conversations');
  return actor.id;
}
