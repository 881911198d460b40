import type { Registry } from 'prom-client';
import { type AnsweredRequest, countDurations } from './durations.ts';

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
  /** Of mail that should leave by now, how long the oldest has waited; 0 = none waits. */
  readonly oldestDeliverySeconds: () => Promise<number>;
  /** Put-off work: how much waits or failed for good, and how long the oldest due one has waited. */
  readonly jobs: () => Promise<{ readonly waiting: number; readonly failed: number; readonly oldestSeconds: number }>;
  /** Since the last backup that was restored on trial; null = there is none. */
  readonly backupAgeSeconds: () => Promise<number | null>;
  readonly freeBytes: () => Promise<number>;
  /** By the number of the inbox: how long everything at its provider was last known to be here. */
  readonly mailboxLagSeconds: () => Readonly<Record<string, number>>;
  /** By name: 1 = runs and is well, 0 = not. Without those switched off. */
  readonly plugins: () => Readonly<Record<string, number>>;
  readonly isReady: () => Promise<boolean>;
  /** Callers sent away at the door of SMTP, by why, since the start. */
  readonly turnedAway: () => Readonly<Record<string, number>>;
  readonly version: string;
}

export interface Metrics {
  answered(request: AnsweredRequest): void;
  /** Prometheus text format. A source that fails leaves its metric out. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** What is counted all the time is counted here; the library for the rest comes with the first question. */
export function createMetrics(sources: MetricSources): Metrics {
  const durations = countDurations();
  let registry: Promise<Registry> | null = null;
  const load = async (): Promise<Registry> => (await import('./registry.ts')).registerMetrics(sources);
  return {
    answered: durations.add,
    text: async () => {
      registry ??= load();
      return `${durations.text()}\n${await (await registry).metrics()}`;
    },
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
  };
}
