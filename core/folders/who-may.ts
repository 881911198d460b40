import type { Scope } from '../db/scope.ts';
import type { AgentId, FolderId } from '../lib/ids.ts';
import { agentsWith } from './access-store.ts';
import { type Level, rankOf } from './types.ts';

/** Who of these agents may do at least that much in a folder. */
export const whoMay = async (scope: Scope, level: Level, folderId: FolderId, ids: readonly AgentId[]): Promise<ReadonlySet<AgentId>> =>
  new Set(ids.length === 0 ? [] : await agentsWith(scope, folderId, rankOf(level), ids));
