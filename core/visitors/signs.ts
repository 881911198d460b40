import { type Scope, transact } from '../db/scope.ts';
import type { VisitorId } from '../lib/ids.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import { deleteLapsed, noteSeen } from './store.ts';

const GATHER_MS = 1_000;

/** Notes that a window is open. Those of one second are written together, so that many windows cost one write. */
export function gatherSigns(scope: Omit<Scope, 'actor'>, log: Log): (id: VisitorId) => void {
  const gathered = new Set<VisitorId>();
  const write = (): void => {
    const ids = [...gathered];
    gathered.clear();
    const own: Scope = { ...scope, actor: { kind: 'system', task: 'visitors' } };
    transact(own, (tx) => noteSeen(tx, ids)).catch((error: unknown) => log.warn('visitors_not_noted', errorFacts(error)));
  };
  return (id) => {
    if (gathered.size === 0) setTimeout(write, GATHER_MS).unref();
    gathered.add(id);
  };
}

/** Housekeeping: talks that are over go; their conversations stay. Answers how many. */
export const forgetOldVisitors = (scope: Scope): Promise<number> => transact(scope, deleteLapsed);
