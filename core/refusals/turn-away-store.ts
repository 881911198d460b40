import type { Scope, WriteScope } from '../db/scope.ts';
import type { TurnAwayReason } from '../plugins/contract.ts';

export interface TurnAwayCount {
  /** `2026-11-26`, in the company's time zone. */
  readonly day: string;
  readonly reason: TurnAwayReason;
  readonly n: number;
}

export async function addTurnAways({ db }: WriteScope, day: string, numbers: ReadonlyMap<TurnAwayReason, number>): Promise<void> {
  for (const [reason, n] of numbers)
    await db('turn_aways')
      .insert({ day, reason, n })
      .onConflict(['day', 'reason'])
      .merge({ n: db.raw('turn_aways.n + ?', [n]) });
}

export async function turnAwaysSince({ db }: Scope, day: string): Promise<readonly TurnAwayCount[]> {
  const rows = await db('turn_aways').where('day', '>=', day).select('day', 'reason', 'n');
  return rows.map((row) => ({ day: row.day, reason: row.reason as TurnAwayReason, n: row.n }));
}

export function deleteTurnAwaysBefore({ db }: WriteScope, day: string): Promise<number> {
  return db('turn_aways').where('day', '<', day).delete();
}
