import type { Scope } from '../../core/db/scope.ts';
import { grant } from '../../core/folders/rights.ts';
import { type Level, TOP_FOLDER } from '../../core/folders/types.ts';
import type { AgentId, FolderId } from '../../core/lib/ids.ts';

/** Lets an agent do so much in these folders and nothing in any other. */
export const confine = (scope: Scope, agentId: AgentId, folderIds: readonly FolderId[], level: Level = 'move'): Promise<void> =>
  grant(scope, [{ agentId, folderId: TOP_FOLDER, level: 'none' }, ...folderIds.map((folderId) => ({ agentId, folderId, level }))]);

/** The same scope as that agent has it. */
export const as = (scope: Scope, id: AgentId): Scope => ({ ...scope, actor: { kind: 'agent', id } });
