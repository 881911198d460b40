import { type Scope, transact } from '../db/scope.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import type { Admission, Caller } from '../plugins/contract.ts';
import { hasWaited } from './greylist.ts';
import { indexRules, type Match } from './match.ts';
import { addHits, listRules } from './store.ts';
import { type AdmissionId, MAX_RULES } from './types.ts';

/** Answers channels that listen who may come in, from rules held in memory. */
export interface Doorkeeper {
  admit(caller: Caller): Promise<Admission>;
  hasWaited(caller: Caller, recipient: string): Promise<boolean>;
  /** After the rules changed. */
  reload(): Promise<void>;
  /** Writes down how often each rule decided. */
  flush(): Promise<void>;
}

export function createDoorkeeper(scope: Scope, log: Log): Doorkeeper {
  let match: Match = () => null;
  let hits = new Map<AdmissionId, number>();
  return {
    admit: async (caller) => {
      const rule = match(caller);
      if (rule === null) return { verdict: 'unlisted' };
      hits.set(rule.id, (hits.get(rule.id) ?? 0) + 1);
      return rule.verdict === 'allow' ? { verdict: 'allowed' } : { verdict: 'denied', rule: `${rule.subject} ${rule.value}` };
    },
    hasWaited: (caller, recipient) => hasWaited(scope, caller, recipient),
    reload: async () => {
      match = indexRules(await listRules(scope, MAX_RULES));
    },
    flush: async () => {
      const counted = hits;
      hits = new Map();
      if (counted.size === 0) return;
      // Numbers for a page: not worth keeping for another try.
      await transact(scope, (tx) => addHits(tx, counted)).catch((error: unknown) => log.warn('admission_hits_lost', errorFacts(error)));
    },
  };
}
