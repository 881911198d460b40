import type { Scope } from '../db/scope.ts';
import type { DomainEvent } from '../events/catalogue.ts';
import { type ReadyRule, readyRule } from './compile.ts';
import { allRules } from './store.ts';

/** The rules that are on, in order, ready to be asked: in memory, so that mail asks the database for nothing while there are none. */
export interface KnownRules {
  readonly isOn: () => boolean;
  readonly all: () => readonly ReadyRule[];
  /** Reads again when one of the events changes what is known. */
  follow(events: readonly DomainEvent[]): Promise<void>;
}

export async function openRules(scope: Scope): Promise<KnownRules> {
  let ready: readonly ReadyRule[] = [];
  const reload = async (): Promise<void> => {
    ready = (await allRules(scope)).filter(({ enabled }) => enabled).map(readyRule);
  };
  await reload();
  return {
    isOn: () => ready.length > 0,
    all: () => ready,
    follow: async (events) => {
      // Numbers of how often a rule acted are not in here, and nothing else changes without this.
      if (events.some(({ type }) => type === 'rule.changed')) await reload();
    },
  };
}
