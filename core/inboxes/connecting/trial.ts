import { type Scope, transact } from '../../db/scope.ts';
import type { ConnectionId, InboxId } from '../../lib/ids.ts';
import { errorFacts, type Log } from '../../lib/log.ts';
import type { Stage } from '../../plugins/contract.ts';
import type { InboxDeps } from '../change.ts';
import { stepsOf, valuesOf } from './begin.ts';
import { findConnection, settleTrial } from './store.ts';
import type { Connection } from './types.ts';

/** Tries accounts for real in the background: the page looks on, and a visitor may leave. */
export interface Trials {
  /** Begins, or begins again with what is stored now. */
  begin(connection: Connection): void;
  /** Begins again what a process left that ended; where there are others, once nobody can be trying any more. */
  resume(connection: Connection): void;
  /** The stages so far; null: it is not being tried by this process. */
  stages(id: ConnectionId): readonly Stage[] | null;
  /** Breaks off; what was under way is begun again when somebody looks. */
  stop(): Promise<void>;
}

export interface TrialDeps extends Pick<InboxDeps, 'plugins' | 'keyring' | 'directory' | 'means'> {
  readonly scope: Scope;
  readonly log: Log;
  /** Others may be trying it (CENTRALA_ROLES). */
  readonly hasOthers: boolean;
}

const TIME_LIMIT_MS = 90_000;
/** After its time limit a trial is written down within this. */
const SETTLED_MS = 5_000;

interface Running {
  readonly abort: AbortController;
  stages: readonly Stage[];
  done: Promise<void>;
}

export function createTrials(deps: TrialDeps): Trials {
  const { scope, log } = deps;
  const running = new Map<ConnectionId, Running>();

  const run = async (id: ConnectionId, one: Running): Promise<void> => {
    // As it is stored at this moment: it may have been corrected.
    const connection = await findConnection(scope, id);
    if (!connection) return;
    await tryOut(connection, one).catch(async (error) => {
      log.error('inbox_trial_failed', { connection: id, ...errorFacts(error) });
      // Else the page would try it for ever.
      await transact(scope, (tx) => settleTrial(tx, connection, { state: 'account', stages: [] }));
    });
  };

  const tryOut = async (connection: Connection, one: Running): Promise<void> => {
    const plugin = deps.plugins.channel(connection.channel);
    const inbox = {
      id: connection.inboxId ?? (0 as InboxId),
      name: connection.name,
      address: connection.address,
      settings: plugin?.readSettings(valuesOf(deps, connection)),
    };
    const signal = AbortSignal.any([one.abort.signal, AbortSignal.timeout(TIME_LIMIT_MS)]);
    const found = await stepsOf(plugin).tryOut(inbox, signal, deps.means(connection.channel), (stage) => {
      one.stages = [...one.stages.filter(({ key }) => key !== stage.key), stage];
    });
    if (one.abort.signal.aborted) return;
    const result = found ? { state: 'found' as const, places: found.places } : { state: 'account' as const };
    await transact(scope, (tx) => settleTrial(tx, connection, { ...result, stages: one.stages }));
  };

  const begin = ({ id }: Pick<Connection, 'id'>): void => {
    running.get(id)?.abort.abort();
    const one: Running = { abort: new AbortController(), stages: [], done: Promise.resolve() };
    running.set(id, one);
    one.done = run(id, one)
      .catch((error) => log.error('inbox_trial_failed', { connection: id, ...errorFacts(error) }))
      .finally(() => {
        if (running.get(id) === one) running.delete(id);
      });
  };

  return {
    begin,
    resume: ({ id, state, changedAt }) => {
      if (state !== 'trying' || running.has(id)) return;
      const mayRunElsewhere = scope.now().getTime() - changedAt.getTime() < TIME_LIMIT_MS + SETTLED_MS;
      if (!deps.hasOthers || !mayRunElsewhere) begin({ id });
    },
    stages: (id) => running.get(id)?.stages ?? null,
    stop: async () => {
      const all = [...running.values()];
      for (const { abort } of all) abort.abort();
      await Promise.all(all.map(({ done }) => done));
    },
  };
}
