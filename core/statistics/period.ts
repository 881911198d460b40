import { dayAfter, isDay } from '../lib/day.ts';
import { MAX_DAYS } from './report.ts';

export interface Period {
  readonly from: string;
  readonly until: string;
}

export const PERIODS = ['week', 'month', 'thisMonth', 'lastMonth', 'quarter', 'year'] as const;
export type PeriodName = (typeof PERIODS)[number];

/** The last 7, 30, 90 days and year up to today, this month and the one before. */
export function namedPeriod(name: PeriodName, today: string): Period {
  const first = `${today.slice(0, 7)}-01`;
  const before = dayAfter(first, -1);
  const last = { week: 7, month: 30, quarter: 90, year: 365 };
  if (name === 'thisMonth') return { from: first, until: today };
  if (name === 'lastMonth') return { from: `${before.slice(0, 7)}-01`, until: before };
  return { from: dayAfter(today, 1 - last[name]), until: today };
}

/** What was asked for, put right: an end before the beginning, or more days than one page shows. */
export function readPeriod(from: string, until: string, today: string): Period {
  const usual = namedPeriod('month', today);
  const asked = { from: isDay(from) ? from : isDay(until) ? dayAfter(until, -29) : usual.from, until: isDay(until) ? until : today };
  const [first, last] = asked.from <= asked.until ? [asked.from, asked.until] : [asked.until, asked.from];
  const earliest = dayAfter(last, 1 - MAX_DAYS);
  return { from: first < earliest ? earliest : first, until: last };
}
