import { type Scope, transact } from '../db/scope.ts';
import { limitRows, writeTold } from './store.ts';
import { LEVELS, type Quota } from './types.ts';
import { readQuotas } from './usage.ts';

/**
 * Compares what is used with the limits and answers those that reached a higher level than administrators were told of; each is answered
 * once, and again only after it fell below.
 */
export async function noticeLevels(scope: Scope): Promise<readonly Quota[]> {
  const quotas = await readQuotas(scope);
  return transact(scope, async (tx) => {
    const told = new Map((await limitRows(tx)).map(({ inboxId, toldPercent }) => [inboxId, toldPercent]));
    const risen: Quota[] = [];
    for (const quota of quotas) {
      const id = quota.inboxId ?? 0;
      const [level, before] = [levelOf(quota.percent), told.get(id) ?? 0];
      if (level === before) continue;
      await writeTold(tx, id, level);
      if (level > before) risen.push(quota);
    }
    return risen;
  });
}

/** The highest level that is reached; 0 = none. */
export const levelOf = (percent: number): number => LEVELS.findLast((level) => percent >= level) ?? 0;
