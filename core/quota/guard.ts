import type { Scope } from '../db/scope.ts';
import type { InboxId } from '../lib/ids.ts';
import { within } from '../lib/within.ts';
import type { Quota } from './types.ts';
import { readQuotas } from './usage.ts';
import { levelOf } from './watch.ts';

const FRESH_MS = 3_000;
/** A sender is not held up for longer by a database that does not answer. */
const PATIENCE_MS = 2_000;

/** Whether something more may be received; from memory, so asked for each recipient and each page. */
export interface QuotaGuard {
  /**
   * For this inbox; absent = for any at all. While the database is away it is what was known last, or yes: mail is kept without the database,
   * and a limit that is passed meanwhile counts afterwards.
   */
  hasRoom(inboxId?: InboxId): Promise<boolean>;
  /** Limits that are used up to the first level or above, the fullest first. At most 3 s old while the database answers. */
  tight(): Promise<readonly Quota[]>;
  forget(): void;
}

export function guardQuotas(scope: Scope): QuotaGuard {
  let known: { readonly quotas: Promise<readonly Quota[]>; readonly at: number } | null = null;
  let last: readonly Quota[] = [];
  const ask = async (): Promise<readonly Quota[]> => {
    const answer = readQuotas(scope).then(
      (quotas) => {
        last = quotas;
      },
      () => {},
    );
    await within(PATIENCE_MS, answer, () => {});
    return last;
  };
  const read = (): Promise<readonly Quota[]> => {
    if (known && performance.now() - known.at < FRESH_MS) return known.quotas;
    known = { quotas: ask(), at: performance.now() };
    return known.quotas;
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
