import type { Scope } from '../db/scope.ts';
import type { AgentId, FolderId } from '../lib/ids.ts';
import { sightRows } from './access-store.ts';

/** Whose conversations an agent sees: null = those of all folders. Beside them he sees what was shared with him. */
export type Sight = { readonly agentId: AgentId; readonly folderIds: readonly FolderId[] } | null;

/** What the actor sees; the machine itself sees everything. */
export async function sightOf(scope: Scope): Promise<Sight> {
  if (scope.actor.kind !== 'agent') return null;
  const { seen, total } = await sightRows(scope, scope.actor.id);
  return sightFrom(
    scope.actor.id,
    seen.map(({ folderId }) => folderId),
    total,
  );
}

/** `total` = how many folders there are. */
export const sightFrom = (agentId: AgentId, folderIds: readonly FolderId[], total: number): Sight =>
  total > 0 && folderIds.length === total ? null : { agentId, folderIds };
