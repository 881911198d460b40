import { type ConversationTitle, visibleTitles } from '../conversations/titles.ts';
import type { Scope } from '../db/scope.ts';
import type { BulkActionId, ConversationId } from '../lib/ids.ts';
import { itemsIn } from './items-store.ts';

const SHOWN = 100;

/** A conversation that was not done, or not taken back, and why. */
export interface Refusal {
  readonly id: ConversationId;
  /** A word: `not_found`, `forbidden`, `conversation_merged`, `changed` … */
  readonly reason: string;
  /** Null = the actor does not see it. */
  readonly title: ConversationTitle | null;
  readonly isUndo: boolean;
}

/** The first hundred of each. */
export async function refusalsOf(scope: Scope, id: BulkActionId): Promise<readonly Refusal[]> {
  const [refused, stayed] = [await itemsIn(scope, id, 'refused', SHOWN), await itemsIn(scope, id, 'stayed', SHOWN)];
  const all = [...refused, ...stayed];
  const titles = await visibleTitles(
    scope,
    all.map((one) => one.id),
  );
  return all.map((one) => ({
    id: one.id,
    reason: one.reason ?? 'changed',
    title: titles.get(one.id) ?? null,
    isUndo: one.state === 'stayed',
  }));
}
