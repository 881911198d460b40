import { DAY_MS, dayAfter } from '../lib/day.ts';

/** Stands before the year, the month and the day of a message (UTC) in the index: a character of no language, as before the words of its fields. */
const MARK = '\ue005';

/** Whatever a clock or a header says: nothing is older. */
const FIRST_DAY = '1970-01-01';

/** What stands in the index of a message that was written then. */
export function wordsOfTime(at: Date): string {
  const day = dayIn(at);
  return [day.slice(0, 4), day.slice(0, 7), day].map(word).join(' ');
}

/** Of which one stands in every message written from `after` on and before `before`, and in no other but of those two days: as few as there can be. */
export function wordsBetween(after: Date, before: Date): readonly string[] {
  const found: string[] = [];
  const end = dayIn(new Date(before.getTime() + DAY_MS - 1));
  for (let day = dayIn(after); day < end; ) {
    const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))];
    const nextYear = `${year + 1}-01-01`;
    const nextMonth = month === 12 ? nextYear : `${year}-${String(month + 1).padStart(2, '0')}-01`;
    const [length, next] =
      day.endsWith('-01-01') && nextYear <= end
        ? [4, nextYear]
        : day.endsWith('-01') && nextMonth <= end
          ? [7, nextMonth]
          : [10, dayAfter(day, 1)];
    found.push(word(day.slice(0, length)));
    day = next;
  }
  return found;
}

const word = (time: string): string => MARK + time.replaceAll('-', '');

function dayIn(at: Date): string {
  const day = at.toISOString().slice(0, 10);
  return day < FIRST_DAY ? FIRST_DAY : day;
}
