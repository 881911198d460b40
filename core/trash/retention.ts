import type { Scope } from '../db/scope.ts';
import { goesAt, keepDays, purgeBefore } from '../purges/keep-days.ts';
import type { Doomed } from '../purges/types.ts';
import { countDoomed, listDoomed } from './doomed-store.ts';

const DAY_MS = 86_400_000;
const AHEAD_DAYS = 7;
const SHOWN = 20;

/** For how many days a conversation lies in the trash before it is deleted for good; 0 = for ever. */
export const { read: trashDays, change: changeTrashDays } = keepDays('trash.days', 30);

/** When a conversation that was deleted then goes for good; null = never. */
export const purgedAt = async (scope: Scope, trashedAt: Date): Promise<Date | null> => goesAt(trashedAt, await trashDays(scope));

export interface TrashState {
  readonly days: number;
  /** All that could be deleted for good now. */
  readonly count: number;
  /** Of these, what goes by itself within a week. */
  readonly soon: number;
  readonly first: readonly (Doomed & { readonly goesAt: Date | null })[];
}

/** What lies in the trash, and what will go next if nobody does anything. */
export async function readTrash(scope: Scope): Promise<TrashState> {
  const days = await trashDays(scope);
  const now = scope.now();
  const ahead = purgeBefore(new Date(now.getTime() + AHEAD_DAYS * DAY_MS), days);
  const first = await listDoomed(scope, soonest(now), SHOWN);
  return {
    days,
    count: await countTrash(scope),
    soon: ahead ? await countDoomed(scope, ahead) : 0,
    first: first.map((one) => ({ ...one, goesAt: goesAt(one.countedFrom, days) })),
  };
}

/** Until now, what was deleted in this very moment too. */
const soonest = (now: Date): Date => new Date(now.getTime() + 1);

export const countTrash = (scope: Scope): Promise<number> => countDoomed(scope, soonest(scope.now()));
