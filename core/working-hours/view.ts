import { WEEKDAYS, type WorkingHours } from './types.ts';

const clock = (minutes: number): string =>
  [Math.floor(minutes / 60) % 24, minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');

/** The fields of the form as they stand when nothing was typed yet. */
export function typedHours({ days, holidays }: WorkingHours): Readonly<Record<string, string>> {
  const fields = WEEKDAYS.flatMap((day, index) => {
    const shift = days[index] ?? null;
    return [
      [`${day}From`, shift === null ? '' : clock(shift.from)],
      [`${day}Until`, shift === null ? '' : clock(shift.until)],
    ];
  });
  return { ...Object.fromEntries(fields), holidays: holidays.join('\n') };
}

/** The rows of the form: a day with its two fields. */
export function weekdayRows(values: Readonly<Record<string, string>>, errors: Readonly<Record<string, string>>) {
  return WEEKDAYS.map((day) => {
    const field = (end: 'From' | 'Until') => ({
      name: day + end,
      value: values[day + end] ?? '',
      error: errors[day + end] ?? '',
      end: end === 'From' ? 'from' : 'until',
    });
    return { day, from: field('From'), until: field('Until') };
  });
}
