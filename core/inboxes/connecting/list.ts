import type { Scope } from '../../db/scope.ts';
import type { AgentId } from '../../lib/ids.ts';
import { listConnections } from './store.ts';
import type { Connection } from './types.ts';

/** What was begun to be connected, for the company (null) or by an agent for himself, and is not finished, the newest first. */
export const unfinished = (scope: Scope, ownerId: AgentId | null): Promise<readonly Connection[]> => listConnections(scope, ownerId);
