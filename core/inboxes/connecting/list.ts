import type { Scope } from '../../db/scope.ts';
import { listConnections } from './store.ts';
import type { Connection } from './types.ts';

/** What somebody began to connect and did not finish, the newest first. */
export const unfinished = (scope: Scope): Promise<readonly Connection[]> => listConnections(scope);
