import type { Scope } from '../db/scope.ts';
import { type Histogram, quantile } from './buckets.ts';
import { daysFrom, weekdayOf } from './clock.ts';
import { readOptions } from './options.ts';
import { type Cell, cells, type Wanted } from './report-store.ts';
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

/** Which line of a table a cell belongs to. */
type Place = (cell: Cell) => string;
const PLACES = {
  total: () => '',
  day: (cell) => cell.day,
  agent: (cell) => String(cell.agent_id),
  inbox: (cell) => String(cell.inbox_id),
  folder: (cell) => String(cell.folder_id),
  label: (cell) => String(cell.label_id),
} as const satisfies Readonly<Record<string, Place>>;

/** By line, measure and bucket. */
type Tally = Map<string, Map<Measure, Map<number, number>>>;

/** What the actor may see of a period. Reading by name only where the setting allows it. */
export async function readReport(scope: Scope, wanted: Wanted): Promise<Report> {
  const { total, day, agent, inbox, folder, label } = PLACES;
  const [totals, days, agents, inboxes, folders] = await tallies(scope, wanted, [total, day, agent, inbox, folder]);
  const [labels] = await tallies(scope, wanted, [label], true);
  return {
    totals: figures(totals?.get('')),
    day: everyDay(wanted, days),
    agent: await named(scope, linesOf(agents)),
    inbox: linesOf(inboxes),
    folder: linesOf(folders),
    label: linesOf(labels),
    hours: hoursOf(days),
  };
}

/** The sum of all, and one table of it. */
export async function readTable(
  scope: Scope,
  wanted: Wanted,
  by: Dimension | 'day',
): Promise<{ readonly totals: Figures; readonly items: readonly Line[] }> {
  const [totals] = await tallies(scope, wanted, [PLACES.total]);
  const [lines] = await tallies(scope, wanted, [PLACES[by]], by === 'label');
  const items = by === 'day' ? everyDay(wanted, lines) : by === 'agent' ? await named(scope, linesOf(lines)) : linesOf(lines);
  return { totals: figures(totals?.get('')), items };
}

/** As finely as it is kept: `of` is day, agent, inbox and folder, with spaces between. */
export async function readFinest(scope: Scope, wanted: Wanted): Promise<readonly Line[]> {
  const place: Place = (cell) => `${cell.day} ${cell.agent_id} ${cell.inbox_id} ${cell.folder_id}`;
  return linesOf((await tallies(scope, wanted, [place]))[0]);
}

async function tallies(scope: Scope, wanted: Wanted, places: readonly Place[], byLabel = false): Promise<readonly Tally[]> {
  const all = places.map((place): readonly [Place, Tally] => [place, new Map()]);
  for await (const some of cells(scope, wanted, byLabel))
    for (const cell of some)
      for (const [place, tally] of all) {
        const line = within(tally, place(cell));
        const buckets = within(line, cell.measure);
        buckets.set(cell.bucket, (buckets.get(cell.bucket) ?? 0) + cell.n);
      }
  return all.map(([, tally]) => tally);
}

function within<K, A, B>(map: Map<K, Map<A, B>>, key: K): Map<A, B> {
  const known = map.get(key);
  if (known) return known;
  const made = new Map<A, B>();
  map.set(key, made);
  return made;
}

const linesOf = (tally: Tally | undefined): readonly Line[] => [...(tally ?? [])].map(([of, own]) => ({ of, ...figures(own) }));

const everyDay = ({ from, until }: Wanted, tally: Tally | undefined): readonly Line[] =>
  daysFrom(from, until).map((day) => ({ of: day, ...figures(tally?.get(day)) }));

/** What nobody in particular did is no line of this table. */
async function named(scope: Scope, lines: readonly Line[]): Promise<readonly Line[]> {
  const { reading } = await readOptions(scope);
  const known = lines.filter(({ of }) => of !== '0');
  return reading === 'agents' ? known : known.map((line) => ({ ...line, reads: 0 }));
}

const NONE: Histogram = new Map();

function figures(own: ReadonlyMap<Measure, Histogram> = new Map()): Figures {
  const counts = COUNTS.map((measure) => [measure, own.get(measure)?.get(0) ?? 0]);
  const times = TIMES.map((measure) => {
    const histogram = own.get(measure) ?? NONE;
    return [measure, { median: quantile(histogram, 0.5), p90: quantile(histogram, 0.9) }];
  });
  return Object.fromEntries([...counts, ...times]);
}

function hoursOf(days: Tally | undefined): Report['hours'] {
  const hours = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  for (const [day, own] of days ?? [])
    for (const [hour, n] of own.get('hour') ?? NONE) {
      const row = hours[weekdayOf(day)];
      if (row) row[hour] = (row[hour] ?? 0) + n;
    }
  return hours;
}
