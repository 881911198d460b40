import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Counts asked of their owners at each scrape. */
export interface MetricSources {
  /** How many raw inbound things there are, by what became of them: `kept`, `received`, `failed` … */
  readonly ledger: () => Promise<Readonly<Record<string, number>>>;
  /** Deliveries that wait and that failed. */
  readonly deliveries: () => Promise<Readonly<Record<string, number>>>;
  readonly spoolWaiting: () => Promise<number>;
  readonly dispatchLagMs: () => Promise<number>;
  readonly damagedFiles: () => Promise<number>;
  readonly liveListeners: () => number;
}

export interface Metrics {
  /** One answered request; `route` is the path pattern, never the path itself. */
  answered(request: { readonly method: string; readonly route: string; readonly status: number; readonly seconds: number }): void;
  /** Prometheus text format. A source that fails leaves its metric out. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** A registry of its own, so that several can live in one process. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'centrala_http_request_duration_seconds',
    help: 'Time from request to answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
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
  return {
    answered: ({ method, route, status, seconds }) => durations.observe({ method, route, status }, seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** A metric that cannot be had must not take the others with it: when the database is away they are wanted most. */
async function settled<T>(source: () => Promise<T> | T, use: (value: T) => void): Promise<void> {
  try {
    use(await source());
  } catch {
    // The check of that part in /ready says what is wrong.
  }
}
