import { DAY_MS, dayAfter } from '../lib/day.ts';
import { keepNewest } from '../lib/keep-newest.ts';

/** Day ("2026-11-26") and hour of the day of a moment in the company's time zone. */
export type Clock = (at: Date) => { readonly day: string; readonly hour: number };

/** Within a quarter of an hour no time zone comes to another hour (since 1972), and asking `Intl` takes as long as counting a conversation. */
const QUARTER_MS = 15 * 60_000;
const MAX_QUARTERS = 2000;

export function clockOf(timeZone: string): Clock {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  const known = new Map<number, ReturnType<Clock>>();
  return (at) => {
    const quarter = Math.floor(at.getTime() / QUARTER_MS);
    const found = known.get(quarter) ?? read(format.format(at));
    keepNewest(known, quarter, found, MAX_QUARTERS);
    return found;
  };
}

const read = (text: string): ReturnType<Clock> => ({ day: text.slice(0, 10), hour: Number(text.slice(11, 13)) });

/** Monday is 0. */
export const weekdayOf = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;

/** Every day from one to another, both among them. */
export const daysFrom = (from: string, until: string): readonly string[] =>
  Array.from({ length: Math.max(0, (Date.parse(until) - Date.parse(from)) / DAY_MS + 1) }, (_, index) => dayAfter(from, index));
