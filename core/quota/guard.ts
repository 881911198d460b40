import type { Scope } from '../db/scope.ts';
import type { InboxId } from '../lib/ids.ts';
import type { Quota } from './types.ts';
import { readQuotas } from './usage.ts';
import { levelOf } from './watch.ts';

const FRESH_MS = 3_000;

/** Whether something more may be received; from memory, so asked for each recipient and each page. */
export interface QuotaGuard {
  /** For this inbox; absent = for any at all. */
  hasRoom(inboxId?: InboxId): Promise<boolean>;
  /** Limits that are used up to the first level or above, the fullest first. At most 3 s old. */
  tight(): Promise<readonly Quota[]>;
  forget(): void;
}

export function guardQuotas(scope: Scope): QuotaGuard {
  let known: { readonly quotas: Promise<readonly Quota[]>; readonly at: number } | null = null;
  const read = (): Promise<readonly Quota[]> => {
    if (known && performance.now() - known.at < FRESH_MS) return known.quotas;
    const asked = { quotas: readQuotas(scope), at: performance.now() };
    known = asked;
    asked.quotas.catch(() => {
      if (known === asked) known = null;
    });
    return asked.quotas;
  };
  return {
    hasRoom: async (inboxId) => {
      const full = (await read()).filter(({ percent }) => percent >= 100);
      return !full.some((one) => one.inboxId === null || one.inboxId === inboxId);
    },
    tight: async () => (await read()).filter(({ percent }) => levelOf(percent) > 0).sort((a, b) => b.percent - a.percent),
    forget: () => {
      known = null;
    },
  };
}
