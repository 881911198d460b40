import { type Scope, transact } from '../db/scope.ts';
import type { VisitorId } from '../lib/ids.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import { deleteLapsed, noteSign } from './store.ts';
import type { Sign } from './types.ts';

const GATHER_MS = 1_000;

/** Notes that a window is there. The signs of one second are written together, so that many windows cost one write. */
export function gatherSigns(scope: Omit<Scope, 'actor'>, log: Log): (id: VisitorId, sign: Sign) => void {
  const gathered = { seen: new Set<VisitorId>(), around: new Set<VisitorId>() };
  const write = (): void => {
    const [seen, around] = [[...gathered.seen], [...gathered.around]];
    gathered.seen.clear();
    gathered.around.clear();
    const own: Scope = { ...scope, actor: { kind: 'system', task: 'visitors' } };
    const written = transact(own, async (tx) => {
      await noteSign(tx, 'seen', seen);
      await noteSign(tx, 'around', around);
    });
    written.catch((error: unknown) => log.warn('visitors_not_noted', errorFacts(error)));
  };
  return (id, sign) => {
    if (gathered.seen.size + gathered.around.size === 0) setTimeout(write, GATHER_MS).unref();
    gathered[sign].add(id);
  };
}

/** Housekeeping: talks that are over go; their conversations stay. Answers how many. */
export const forgetOldVisitors = (scope: Scope): Promise<number> => transact(scope, deleteLapsed);
