import { lastGoodBackup } from '../backups/list.ts';
import { readCounters } from '../conversations/counters.ts';
import { oldestDueAt } from '../deliveries/due-store.ts';
import { dispatchLagMs } from '../events/store.ts';
import type { MetricSources } from '../health/metrics.ts';
import type { Readiness } from '../health/readiness.ts';
import { countJobs } from '../jobs/store.ts';
import { countDamaged } from '../ledger/proof.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import type { Channels } from './channels.ts';
import type { Foundation } from './foundation.ts';
import { version } from './version.ts';

/** Whom each number of /metrics is asked of. */
export function metricSources(
  { config, scope, spool, stream, turnAways }: Foundation,
  { plugins, directory }: Channels,
  readiness: () => Promise<Readiness>,
): MetricSources {
  const secondsSince = (at: Date): number => Math.max(0, (scope.now().getTime() - at.getTime()) / 1000);
  return {
    ledger: () => readLedger(scope, spool),
    deliveries: async () => {
      const { deliveriesWaiting: waiting, deliveriesFailed: failed } = await readCounters(scope);
      return { waiting, failed };
    },
    spoolWaiting: () => spool.count(),
    dispatchLagMs: () => dispatchLagMs(scope),
    damagedFiles: () => countDamaged(scope),
    liveListeners: stream.listeners,
    oldestDeliverySeconds: async () => {
      const at = await oldestDueAt(scope);
      return at === null ? 0 : secondsSince(at);
    },
    jobs: () => countJobs(scope),
    backupAgeSeconds: async () => {
      const at = await lastGoodBackup(scope);
      return at === null ? null : secondsSince(at);
    },
    freeBytes: async () => (await spool.space.state(config.maxMessageBytes)).freeBytes,
    mailboxLagSeconds: () =>
      Object.fromEntries(
        directory.all().flatMap(({ id, channel }) => {
          const since = plugins.running(channel)?.inboxHealth?.(id)?.lastSuccessAt ?? null;
          return since === null ? [] : [[String(id), secondsSince(since)]];
        }),
      ),
    plugins: () =>
      Object.fromEntries(
        plugins.list().flatMap(({ name, state, health }) => {
          if (state === 'disabled') return [];
          return [[name, Number(state === 'running' && health?.state !== 'failing')]];
        }),
      ),
    isReady: async () => (await readiness()).status === 'ready',
    turnedAway: turnAways.total,
    version: version(),
  };
}
