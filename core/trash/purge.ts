import { type Scope, transact } from '../db/scope.ts';
import { enqueue } from '../jobs/store.ts';
import type { JobHandler } from '../jobs/worker.ts';
import { ConflictError } from '../lib/errors.ts';
import type { AgentId } from '../lib/ids.ts';
import { purgeBefore } from '../purges/keep-days.ts';
import { type PurgeDeps, purgeCopies, runPurge } from '../purges/run.ts';
import { foldStatistics, isCounting } from '../statistics/fold.ts';
import { listDoomed } from './doomed-store.ts';
import { countTrash, trashDays } from './retention.ts';
import { returnedBefore } from './tombstone-store.ts';
import { bury } from './tombstones.ts';

export const EMPTY_TRASH_JOB = 'trash_empty';
/** So many at a time; then other jobs come first. */
const SLICE = 100;
const COPIES = 100;

/**
 * Deletes for good what has lain in the trash for longer than the setting says, and the bytes of what came again afterwards. Each message
 * leaves a tombstone. Answers how many conversations.
 */
export async function purgeTrash(scope: Scope, deps: PurgeDeps, signal: AbortSignal): Promise<number> {
  const days = await trashDays(scope);
  const before = purgeBefore(scope.now(), days);
  if (!before) return 0;
  await countFirst(scope, signal);
  const next = (limit: number) => listDoomed(scope, before, limit);
  const { deleted } = await runPurge(scope, deps, { kind: 'trash', days, next, remember: bury }, signal);
  for (let copies = await returnedBefore(scope, before, COPIES); copies.length > 0 && !signal.aborted; ) {
    await purgeCopies(scope, deps, copies);
    copies = await returnedBefore(scope, before, COPIES);
  }
  return deleted;
}

/** What is about to go is in the figures, and stays in them. */
export async function countFirst(scope: Scope, signal: AbortSignal): Promise<void> {
  if (!(await isCounting(scope))) await foldStatistics(scope, signal);
}

/** An administrator wants all of it gone now. `count` is what he was told; raises trash_changed when there is another number by now. */
export async function emptyTrash(scope: Scope, count: number): Promise<void> {
  await transact(scope, async (tx) => {
    if ((await countTrash(tx)) !== count)
      throw new ConflictError('trash_changed', 'There is another number of conversations in the trash', 'Look again, then decide.');
    const before = new Date(tx.now().getTime() + 1).toISOString();
    const agentId = tx.actor.kind === 'agent' ? tx.actor.id : null;
    await enqueue(tx, [{ kind: EMPTY_TRASH_JOB, data: { before, agentId, entry: null } }]);
  });
  scope.wakeOutbox();
}

/** Works on that in slices; only what lay there when it was asked for. */
export const emptyTrashHandler =
  (deps: PurgeDeps): JobHandler =>
  async (scope, { data }, signal) => {
    const before = new Date(String(data['before']));
    const agentId = data['agentId'] as AgentId | null;
    const own: Scope = agentId === null ? scope : { ...scope, actor: { kind: 'agent', id: agentId } };
    await countFirst(scope, signal);
    const next = (limit: number) => listDoomed(scope, before, limit);
    const entry = typeof data['entry'] === 'number' ? data['entry'] : null;
    const done = await runPurge(own, deps, { kind: 'trash', days: 0, next, remember: bury, most: SLICE, entry }, signal);
    if (done.isOver || signal.aborted) return;
    const more = { before: before.toISOString(), agentId, entry: done.entry };
    await transact(scope, (tx) => enqueue(tx, [{ kind: EMPTY_TRASH_JOB, data: more }]));
    scope.wakeOutbox();
  };
