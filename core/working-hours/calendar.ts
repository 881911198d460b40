import type { WorkingHours } from './types.ts';

/** What is worked on one calendar day, in milliseconds since 1970: beginning and end; null = nothing. */
type Shift = readonly [from: number, until: number] | null;

const MINUTES_A_DAY = 1440;
const DAY_MS = 86_400_000;
/** So far ahead a working time is looked for: longer than any row of holidays. */
const LOOKED_AHEAD_DAYS = 400;
const shifts = new WeakMap<WorkingHours, Map<number, Shift>>();

/** Working time between two moments, in whole seconds, holidays and changes of the clock counted right; 0 when `to` is not after `from`. */
export function workingSeconds(hours: WorkingHours, from: Date, to: Date): number {
  const [start, end] = [from.getTime(), to.getTime()];
  let worked = 0;
  if (start >= end) return 0;
  const last = dayNumber(hours, end);
  for (let day = dayNumber(hours, start); day <= last; day += 1) {
    const shift = shiftOf(hours, day);
    if (shift) worked += Math.max(0, Math.min(shift[1], end) - Math.max(shift[0], start));
  }
  return Math.floor(worked / 1000);
}

/** Whether somebody works at this moment: from the first one of a shift to before its end. */
export function isWorkingTime(hours: WorkingHours, at: Date): boolean {
  const shift = shiftOf(hours, dayNumber(hours, at.getTime()));
  return shift !== null && shift[0] <= at.getTime() && at.getTime() < shift[1];
}

/** When the next shift after `at` begins; null when nobody works for over a year. */
export function nextOpening(hours: WorkingHours, at: Date): Date | null {
  const first = dayNumber(hours, at.getTime());
  for (let day = first; day < first + LOOKED_AHEAD_DAYS; day += 1) {
    const shift = shiftOf(hours, day);
    if (shift && shift[0] > at.getTime()) return new Date(shift[0]);
  }
  return null;
}

/** Days since 1970 of the calendar day in the company's time zone. */
function dayNumber({ timeZone }: WorkingHours, at: number): number {
  const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return Date.UTC(zoned.year, zoned.month - 1, zoned.day) / DAY_MS;
}

function shiftOf(hours: WorkingHours, day: number): Shift {
  let known = shifts.get(hours);
  if (!known) {
    known = new Map();
    shifts.set(hours, known);
  }
  const found = known.get(day);
  if (found !== undefined) return found;
  const made = makeShift(hours, day);
  known.set(day, made);
  return made;
}

function makeShift({ timeZone, days, holidays }: WorkingHours, day: number): Shift {
  const text = new Date(day * DAY_MS).toISOString().slice(0, 10);
  const date = Temporal.PlainDate.from(text);
  const worked = days[date.dayOfWeek - 1] ?? null;
  if (worked === null || holidays.includes(text) || holidays.includes(text.slice(5))) return null;
  const at = (minutes: number): number => {
    const whole = minutes === MINUTES_A_DAY;
    const plainTime = whole ? undefined : Temporal.PlainTime.from({ hour: Math.floor(minutes / 60), minute: minutes % 60 });
    const on = whole ? date.add({ days: 1 }) : date;
    return on.toZonedDateTime(plainTime ? { timeZone, plainTime } : { timeZone }).epochMilliseconds;
  };
  const [from, until] = [at(worked.from), at(worked.until)];
  return from < until ? [from, until] : null;
}
