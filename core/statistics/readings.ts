import { type Scope, transact } from '../db/scope.ts';
import type { AgentId, ConversationId } from '../lib/ids.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import { readGeneral } from '../settings/general.ts';
import { clockOf } from './clock.ts';
import { readOptions } from './options.ts';
import { insertReads, type Reading } from './readings-store.ts';

/** So many are remembered, so that a conversation that is looked at again and again is written down once a day. */
const MAX_KNOWN = 20_000;

/** Who opened a conversation that waited for somebody, gathered in memory: looking at a page writes nothing. */
export interface Readings {
  note(agentId: AgentId, id: ConversationId): void;
  /** Writes down what was noted since the last time, as far as the setting allows. */
  flush(): Promise<void>;
}

export function createReadings(scope: Scope, log: Log): Readings {
  const known = new Set<string>();
  let noted: { readonly agentId: AgentId; readonly id: ConversationId; readonly at: Date }[] = [];
  const keep = async (rows: typeof noted): Promise<void> => {
    const { reading } = await readOptions(scope);
    if (reading === 'off') return;
    const clock = clockOf((await readGeneral(scope)).timeZone);
    const reads = rows.map(
      ({ agentId, id, at }): Reading => ({ conversationId: id, agentId: reading === 'agents' ? agentId : 0, day: clock(at).day }),
    );
    await transact(scope, (tx) => insertReads(tx, reads));
  };
  return {
    note: (agentId, id) => {
      const at = scope.now();
      const key = `${agentId} ${id} ${at.toISOString().slice(0, 13)}`;
      if (known.has(key)) return;
      if (known.size >= MAX_KNOWN) known.clear();
      known.add(key);
      noted.push({ agentId, id, at });
    },
    flush: async () => {
      const rows = noted;
      if (rows.length === 0) return;
      noted = [];
      // Figures: not worth keeping for another try.
      await keep(rows).catch((error: unknown) => log.warn('readings_lost', errorFacts(error)));
    },
  };
}
