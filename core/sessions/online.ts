import { availabilityAt } from '../agents/availability.ts';
import type { Agent } from '../agents/types.ts';
import type { Scope } from '../db/scope.ts';
import { agentsSeenSince } from './store.ts';
import { SEEN_EVERY_MS } from './types.ts';

const MOST = 100;

/** Agents who are there: logged in, at work within the last ten minutes, and neither busy nor away by their own word. The last seen first. */
export async function agentsOnline(scope: Scope): Promise<readonly Agent[]> {
  const now = scope.now();
  const seen = await agentsSeenSince(scope, new Date(now.getTime() - 2 * SEEN_EVERY_MS).toISOString(), MOST);
  return seen.filter((agent) => availabilityAt(agent, now).availability === 'available');
}
