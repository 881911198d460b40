import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { allowedAmong } from '../conversations/allow.ts';
import { listConversations } from '../conversations/list.ts';
import { isPostgres } from '../db/dialect.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { bulkActionsOf } from '../events/stream.ts';
import { enqueue } from '../jobs/store.ts';
import type { JobHandler } from '../jobs/worker.ts';
import { AppError, InvalidError } from '../lib/errors.ts';
import { type BulkActionId, type ConversationId, parseId } from '../lib/ids.ts';
import { BULK_JOB } from './begin.ts';
import { addItems, itemsIn, type Outcome, saveOutcomes } from './items-store.ts';
import { packMemory, readMemory } from './memory.ts';
import { type Doer, perform, RIGHT_OF } from './perform.ts';
import { restore } from './restore.ts';
import { addOutcomes, findAction, lockAction, saveCollected, saveState } from './store.ts';
import { type BulkAction, type ItemState, isGoing, MAX_ITEMS } from './types.ts';

const DATA = z.object({ bulkActionId: z.int() });
/** After so long the job stands in line again, so that no other one waits for a large act. */
const SLICE_MS = 1_000;
/** A batch ends after so many, or so long: meanwhile nobody else gets the one connection of SQLite, and on PostgreSQL none of its conversations. */
const BATCH = 100;
const BATCH_MS = { sqlite: 40, postgres: 200 };
/** Between batches the database belongs to those who work. */
const PAUSE_MS = 5;
/** A page of the list that is collected. */
const PAGE = 100;
/** The event loop gets its turn this often. */
const TURN_MS = 5;
/** Of more than this the new assignee is not told one by one. */
const TOLD_SINGLY = 20;

export type Poke = (names: readonly string[]) => void;

/** Works on it for about a second at a time, then lets other jobs come first. Goes on where it stopped, also after a crash. */
export function bulkHandler(poke: Poke): JobHandler {
  return async (scope, job, signal) => {
    const id = parseId<'bulk_actions'>(DATA.parse(job.data).bulkActionId);
    if (id === null || (await workOff(scope, id, poke, SLICE_MS, signal))) return;
    await transact(scope, (tx) => enqueue(tx, [{ kind: BULK_JOB, data: { bulkActionId: id } }]));
    scope.wakeOutbox();
  };
}

/** Works on it for at most about `budgetMs`; true when nothing is left to do. Several at once do no harm. */
export async function workOff(scope: Scope, id: BulkActionId, poke: Poke, budgetMs: number, signal?: AbortSignal): Promise<boolean> {
  const endAt = performance.now() + budgetMs;
  for (let action = await findAction(scope, id); action && isGoing(action); action = await findAction(scope, id)) {
    if (signal?.aborted || performance.now() > endAt) return false;
    const own: Scope = { ...scope, actor: { kind: 'agent', id: action.agentId } };
    await (action.state === 'collecting' ? collect(own, action) : doSome(own, id));
    poke([bulkActionsOf(action.agentId)]);
    await wait(PAUSE_MS);
  }
  return true;
}

/** Notes the conversations of one more page of the list, as its agent sees it. */
async function collect(scope: Scope, { id, list, cursor, total }: BulkAction): Promise<void> {
  const page = await listConversations(scope, { ...list, cursor: cursor ?? undefined, limit: PAGE }).catch((error: unknown) => {
    // What the search names is gone since: what was found until then is it.
    if (error instanceof InvalidError) return { items: [], next: null };
    throw error;
  });
  const ids = page.items.slice(0, MAX_ITEMS - total).map((row) => row.id);
  await transact(scope, async (tx) => {
    const now = await lockAction(tx, id);
    if (now?.state !== 'collecting' || now.cursor !== cursor) return;
    const found = now.total + (await addItems(tx, id, ids));
    await saveCollected(tx, id, { total: found, cursor: page.next, isCut: page.next !== null && found >= MAX_ITEMS });
  });
}

/** Does, or takes back, some of it in one transaction: what became of each is written with the change itself. */
async function doSome(scope: Scope, id: BulkActionId): Promise<void> {
  await transact(scope, async (tx) => {
    const action = await lockAction(tx, id);
    if (action?.state !== 'running' && action?.state !== 'undoing') return;
    const isUndoing = action.state === 'undoing';
    const items = await itemsIn(tx, id, isUndoing ? 'done' : 'waiting', BATCH);
    if (items.length === 0) return saveState(tx, id, isUndoing ? 'undone' : 'done');
    const may = await allowedAmong(
      tx,
      RIGHT_OF[action.deed.kind],
      items.map((item) => item.id),
    );
    const doer = { agentId: action.agentId, isQuiet: action.total > TOLD_SINGLY, may };
    const batchMs = BATCH_MS[isPostgres(tx.db) ? 'postgres' : 'sqlite'];
    const outcomes: Outcome[] = [];
    const beganAt = performance.now();
    let turnAt = beganAt;
    for (const item of items) {
      outcomes.push(isUndoing ? await takeBack(tx, action, item, doer) : await doOne(tx, action, item.id, doer));
      if (performance.now() - beganAt > batchMs) break;
      if (performance.now() - turnAt < TURN_MS) continue;
      await nextTurn();
      turnAt = performance.now();
    }
    await saveOutcomes(tx, id, outcomes);
    await addOutcomes(tx, id, counted(outcomes));
    if (items.length < BATCH && outcomes.length === items.length) await saveState(tx, id, isUndoing ? 'undone' : 'done');
  });
}

async function doOne(tx: WriteScope, { deed }: BulkAction, id: ConversationId, doer: Doer): Promise<Outcome> {
  try {
    const memory = await perform(tx, deed, id, doer);
    return { id, state: memory ? 'done' : 'same', reason: null, memory: memory && packMemory(memory) };
  } catch (error) {
    return { id, state: 'refused', reason: reasonOf(error), memory: null };
  }
}

async function takeBack(tx: WriteScope, { deed }: BulkAction, { id, memory }: Outcome, doer: Doer): Promise<Outcome> {
  try {
    const isBack = await restore(tx, deed, id, readMemory(memory), doer);
    return { id, state: isBack ? 'undone' : 'stayed', reason: isBack ? null : 'changed', memory: null };
  } catch (error) {
    return { id, state: 'stayed', reason: reasonOf(error), memory: null };
  }
}

/** A refusal, in a word; what is no refusal is a bug, and the job tries again. All of them are raised before anything is written. */
function reasonOf(error: unknown): string {
  if (!(error instanceof AppError) || error.status >= 500) throw error;
  const [key = ''] = error instanceof InvalidError ? Object.values(error.fields) : [];
  return key.split('.').at(-1) || error.code;
}

function counted(outcomes: readonly Outcome[]): ReadonlyMap<ItemState, number> {
  const by = new Map<ItemState, number>();
  for (const { state } of outcomes) by.set(state, (by.get(state) ?? 0) + 1);
  return by;
}
