import { blockedAmong } from '../blocked-senders/block.ts';
import type { Scope } from '../db/scope.ts';
import { patiently } from '../db/waited-for.ts';
import { BLOCKED_SENDER } from '../ingest/disposition.ts';
import type { Judge } from '../ingest/judge.ts';
import type { InterpretedMessage } from '../ingest/types.ts';
import { gather } from '../lib/gather.ts';

/** The mails of a batch are read one by one, each in a few milliseconds, while the batch before them is received. */
const PACE_MS = 40;

/** Whoever is on the list of blocked senders goes to spam without any filter being asked, also by a form that says in Reply-To who wrote. Comes before the filters. */
export function blockedJudge(scope: Scope): Judge {
  const isBlocked = gather((addresses: readonly string[]) => patiently(scope, () => blockedAmong(scope, addresses)), PACE_MS);
  const isAnyBlocked = async ({ from, replyTo }: InterpretedMessage): Promise<boolean> => {
    const people = [from, ...(replyTo.length === 1 ? replyTo : [])];
    return (await Promise.all(people.map(({ address }) => isBlocked(address)))).includes(true);
  };
  return {
    name: 'blocked-senders',
    timeLimitMs: 5_000,
    judge: async ({ items }, verdict) => {
      for (const item of items)
        if (item.kind === 'message' && (await isAnyBlocked(item)))
          return { ...verdict, spam: { state: 'skipped', score: null, symbols: [{ name: BLOCKED_SENDER, score: 0 }] } };
      return verdict;
    },
  };
}
