import type { Scope } from '../db/scope.ts';
import { type Histogram, quantile } from './buckets.ts';
import { daysFrom, weekdayOf } from './clock.ts';
import { readOptions } from './options.ts';
import { type Group, type Sum, sums, type Wanted } from './report-store.ts';
import { COUNTS, type Count, type Measure, TIMES, type Time } from './types.ts';

export { managesAny, type Wanted } from './report-store.ts';

/** Half were no longer than `median`, nine of ten no longer than `p90`: working time in seconds, null = there were none. */
export interface Spread {
  readonly median: number | null;
  readonly p90: number | null;
}

export type Figures = Readonly<Record<Count, number>> & Readonly<Record<Time, Spread>>;

/** Figures of an agent, inbox, folder or label by its id, or of a day. */
export interface Line extends Figures {
  readonly of: string;
}

export const DIMENSIONS = ['agent', 'inbox', 'folder', 'label'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export interface Report extends Readonly<Record<Dimension, readonly Line[]>> {
  readonly totals: Figures;
  /** Every day of the period, oldest first. */
  readonly day: readonly Line[];
  /** Received mail by weekday (Monday first) and hour. */
  readonly hours: readonly (readonly number[])[];
}

export const MAX_DAYS = 366;

/** What the actor may see of a period. Reading by name only where the setting allows it. */
export async function readReport(scope: Scope, wanted: Wanted): Promise<Report> {
  return {
    totals: (await linesBy(scope, wanted, []))[0] ?? figures([]),
    day: await readDays(scope, wanted),
    agent: await byAgent(scope, wanted),
    inbox: await linesBy(scope, wanted, ['inbox_id']),
    folder: await linesBy(scope, wanted, ['folder_id']),
    label: await linesBy(scope, wanted, ['label_id']),
    hours: await readHours(scope, wanted),
  };
}

/** One table of it. */
export async function readLines(scope: Scope, wanted: Wanted, by: Dimension | 'day'): Promise<readonly Line[]> {
  if (by === 'day') return readDays(scope, wanted);
  return by === 'agent' ? byAgent(scope, wanted) : linesBy(scope, wanted, [`${by}_id`]);
}

async function readDays(scope: Scope, wanted: Wanted): Promise<readonly Line[]> {
  const known = new Map((await linesBy(scope, wanted, ['day'])).map((line) => [line.of, line]));
  return daysFrom(wanted.from, wanted.until).map((day) => known.get(day) ?? { of: day, ...figures([]) });
}

/** What nobody in particular did is no line of this table. */
async function byAgent(scope: Scope, wanted: Wanted): Promise<readonly Line[]> {
  const { reading } = await readOptions(scope);
  const known = (await linesBy(scope, wanted, ['agent_id'])).filter(({ of }) => of !== '0');
  return known.map((line) => (reading === 'agents' ? line : { ...line, reads: 0 }));
}

/** The same by several of them at once; `of` holds each, in their order. */
export async function linesBy(scope: Scope, wanted: Wanted, groups: readonly Group[]): Promise<readonly Line[]> {
  const counted = await sums(scope, wanted, COUNTS, groups, false);
  const timed = await sums(scope, wanted, TIMES, groups, true);
  const found = Map.groupBy([...counted, ...timed], ({ of }) => of);
  return [...found].map(([of, own]) => ({ of, ...figures(own) }));
}

function figures(own: readonly Sum[]): Figures {
  const histogram = (measure: Measure): Histogram =>
    new Map(own.filter((one) => one.measure === measure).map(({ bucket, n }) => [bucket, n]));
  const counts = COUNTS.map((measure) => [measure, own.find((one) => one.measure === measure)?.n ?? 0]);
  const times = TIMES.map((measure) => [measure, { median: quantile(histogram(measure), 0.5), p90: quantile(histogram(measure), 0.9) }]);
  return Object.fromEntries([...counts, ...times]);
}

async function readHours(scope: Scope, wanted: Wanted): Promise<Report['hours']> {
  const hours = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  for (const { of, bucket, n } of await sums(scope, wanted, ['hour'], ['day'], true)) {
    const row = hours[weekdayOf(of)];
    if (row) row[bucket] = (row[bucket] ?? 0) + n;
  }
  return hours;
}
