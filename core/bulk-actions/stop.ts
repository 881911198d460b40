import type { WriteScope } from '../db/scope.ts';
import type { AgentId } from '../lib/ids.ts';
import { goingOf, lockAction, saveState } from './store.ts';
import type { BulkAction } from './types.ts';

/** Stops a locked one: what is done stays done. What is being taken back, or is over, stays as it is. */
export async function stopBulk(tx: WriteScope, { id, state, agentId }: Pick<BulkAction, 'id' | 'state' | 'agentId'>): Promise<void> {
  if (state !== 'collecting' && state !== 'running') return;
  await saveState(tx, id, 'cancelled');
  tx.emit({ type: 'bulk_action.changed', data: { bulkActionId: id, byAgentId: agentId } });
}

/** He cannot work any more, and nobody else could stop what he began. */
export async function stopBulkOf(tx: WriteScope, agentId: AgentId): Promise<void> {
  for (const id of await goingOf(tx, agentId)) {
    const action = await lockAction(tx, id);
    if (action) await stopBulk(tx, action);
  }
}
