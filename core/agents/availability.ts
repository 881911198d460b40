import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import type { AgentId } from '../lib/ids.ts';
import { findAgent, updateAvailability } from './store.ts';
import { type Availability, nameOf } from './types.ts';

/** Farther ahead is a mistake, or an absence that an end does not belong to. */
const MAX_AHEAD_MS = 370 * 86_400_000;

/** Says whether an agent is there, and until when he is not (null = until he says so). Raises invalid for a past or far end. */
export async function changeAvailability(
  scope: Scope | WriteScope,
  id: AgentId,
  availability: Availability,
  againAt: Date | null,
): Promise<void> {
  const aheadMs = againAt === null ? 1 : againAt.getTime() - scope.now().getTime();
  if (!(aheadMs > 0 && aheadMs <= MAX_AHEAD_MS)) throw new InvalidError({ availableAgainAt: 'profile.availability.wrong_until' });
  await transact(scope, async (tx) => {
    await updateAvailability(tx, id, availability, availability === 'available' ? null : againAt);
    tx.emit({ type: 'agent.availability_changed', data: { agentId: id } });
  });
}

/** What holds at a moment: an absence that is over is none. */
export function availabilityAt(
  { availability, availableAgainAt }: { readonly availability: Availability; readonly availableAgainAt: string | null },
  now: Date,
): { readonly availability: Availability; readonly availableAgainAt: string | null } {
  const isOver = availability === 'available' || (availableAgainAt !== null && Date.parse(availableAgainAt) <= now.getTime());
  return isOver ? { availability: 'available', availableAgainAt: null } : { availability, availableAgainAt };
}

/** That an agent is busy or away at this moment, with his name and until when (null = until he says so); null = he is there. */
export async function absenceOf(scope: Scope, id: AgentId) {
  const agent = await findAgent(scope, id);
  if (!agent) return null;
  const { availability, availableAgainAt } = availabilityAt(agent, scope.now());
  return availability === 'available' ? null : { name: nameOf(agent) || agent.email, availability, until: availableAgainAt };
}
