import type { Scope } from '../db/scope.ts';
import { heldBy, type Permission } from '../lib/permissions.ts';
import { findAgent } from './store.ts';

/** Whether the actor holds a permission at this moment. The machine itself holds all. */
export async function holds(scope: Scope, permission: Permission): Promise<boolean> {
  if (scope.actor.kind !== 'agent') return true;
  const agent = await findAgent(scope, scope.actor.id);
  return agent !== null && heldBy(agent).includes(permission);
}
