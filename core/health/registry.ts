import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { MetricSources } from './metrics.ts';

/** A registry of its own, so that several can live in one process. */
export function registerMetrics(sources: MetricSources): Registry {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const ask = (name: string, help: string, source: () => Promise<number> | number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        return settled(source, (value) => this.set(value));
      },
    });
  };
  const askEach = (name: string, help: string, label: string, source: () => Promise<Readonly<Record<string, number>>>): void => {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        return settled(source, (values) => {
          // What is gone (an inbox, a plugin) must not go on with its last value.
          this.reset();
          for (const [key, value] of Object.entries(values)) this.set({ [label]: key }, value);
        });
      },
    });
  };
  askEach('centrala_inbound', 'Raw inbound things by what became of them; "kept" is all of them', 'state', sources.ledger);
  askEach('centrala_deliveries', 'Deliveries by state', 'state', sources.deliveries);
  ask('centrala_spool_waiting', 'Kept things that have not reached the database yet', sources.spoolWaiting);
  ask('centrala_outbox_lag_seconds', 'Age of the oldest event that is not dispatched', async () => (await sources.dispatchLagMs()) / 1000);
  ask('centrala_damaged_files', 'Stored files that are missing or damaged', sources.damagedFiles);
  ask('centrala_live_listeners', 'Browsers that listen for changes', sources.liveListeners);
  ask('centrala_delivery_oldest_seconds', 'How long the oldest mail that should leave has waited', sources.oldestDeliverySeconds);
  askEach('centrala_jobs', 'Put-off work by state', 'state', async () => {
    const { waiting, failed } = await sources.jobs();
    return { waiting, failed };
  });
  ask('centrala_job_oldest_seconds', 'How long the oldest due job has waited', async () => (await sources.jobs()).oldestSeconds);
  ask(
    'centrala_backup_age_seconds',
    'Since the last backup that was restored on trial; -1: there is none',
    async () => (await sources.backupAgeSeconds()) ?? -1,
  );
  ask('centrala_disk_free_bytes', 'Free room for the data folder', sources.freeBytes);
  askEach('centrala_mailbox_lag_seconds', 'Since when a connected mailbox was last known to be here whole', 'inbox', async () =>
    sources.mailboxLagSeconds(),
  );
  askEach('centrala_plugin_up', 'Whether an enabled plugin runs and is well', 'plugin', async () => sources.plugins());
  ask('centrala_ready', 'Whether /ready answers 200', async () => Number(await sources.isReady()));
  askEach('centrala_smtp_turned_away', 'Callers sent away at the door since the start, by why', 'reason', async () => sources.turnedAway());
  askEach('centrala_build', 'Which version runs', 'version', async () => ({ [sources.version]: 1 }));
  return registry;
}

/** A metric that cannot be had must not take the others with it: when the database is away they are wanted most. */
async function settled<T>(source: () => Promise<T> | T, use: (value: T) => void): Promise<void> {
  try {
    use(await source());
  } catch {
    // The check of that part in /ready says what is wrong.
  }
}
