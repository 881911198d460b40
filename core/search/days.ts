import { COMPANY_ZONE, dayOf } from '../lib/day.ts';
import { readLocalTime } from '../lib/local-time.ts';
import { fold } from '../lib/text.ts';

const DAY_MS = 86_400_000;

/** When the day, month or year begins in the company's time zone: 2026-11-24, 24.11.2026, 2026-11, 2026, today, yesterday. Null when it is none. */
export function startOf(text: string, now: Date): Date | null {
  const day = relative(fold(text), now) ?? text;
  const [, year, month = '01', date = '01'] = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(day) ?? turned(day);
  if (year === undefined) return null;
  return readLocalTime(`${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}T00:00`, COMPANY_ZONE);
}

function relative(word: string, now: Date): string | null {
  if (word === 'today' || word === 'dzis' || word === 'dzisiaj') return dayOf(now);
  return word === 'yesterday' || word === 'wczoraj' ? dayOf(new Date(now.getTime() - DAY_MS)) : null;
}

function turned(day: string): readonly (string | undefined)[] {
  const [whole, date, month, year] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(day) ?? [];
  return [whole, year, month, date];
}
