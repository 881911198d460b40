import { isDay } from '../lib/day.ts';

/** A leap year, so that 29 February is a day of every year. */
const ANY_YEAR = '2024';

/**
 * Days off as they were typed, one to a line or with commas: 2026-12-24, 24.12.2026, and for every year 12-25 or 25.12. Answers them in
 * order, each once, and the first that is none.
 */
export function readHolidays(text: string): { readonly days: readonly string[]; readonly wrong: string | null } {
  const words = text.split(/[\n,;]+/).flatMap((word) => word.trim() || []);
  const days = words.map(holidayOf);
  const wrong = words[days.indexOf(null)] ?? null;
  return { days: [...new Set(days.filter((day) => day !== null))].sort(), wrong };
}

function holidayOf(word: string): string | null {
  const [, dotDay, dotMonth, dotYear] = /^(\d{1,2})\.(\d{1,2})(?:\.(\d{4})?)?$/.exec(word) ?? [];
  const [, year = dotYear, month = dotMonth, day = dotDay] = /^(?:(\d{4})-)?(\d{1,2})-(\d{1,2})$/.exec(word) ?? [];
  if (month === undefined || day === undefined) return null;
  const monthDay = `${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (!isDay(`${year ?? ANY_YEAR}-${monthDay}`)) return null;
  return year === undefined ? monthDay : `${year}-${monthDay}`;
}
