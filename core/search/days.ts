import { dayAfter } from '../lib/day.ts';
import { localTime, readLocalTime } from '../lib/local-time.ts';
import { fold } from '../lib/text.ts';

/** When the day, month or year begins in that time zone: 2026-11-24, 24.11.2026, 2026-11, 2026, today, yesterday. Null when it is none. */
export function startOf(text: string, now: Date, timeZone: string): Date | null {
  const day = relative(fold(text), localTime(now, timeZone).slice(0, 10)) ?? text;
  const [, year, month = '01', date = '01'] = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(day) ?? turned(day);
  if (year === undefined) return null;
  return readLocalTime(`${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}T00:00`, timeZone);
}

function relative(word: string, today: string): string | null {
  if (word === 'today' || word === 'dzis' || word === 'dzisiaj') return today;
  return word === 'yesterday' || word === 'wczoraj' ? dayAfter(today, -1) : null;
}

function turned(day: string): readonly (string | undefined)[] {
  const [whole, date, month, year] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(day) ?? [];
  return [whole, year, month, date];
}
