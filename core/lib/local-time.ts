/** "2026-11-27T08:00", as a form's date-time field gives it, in the company's time zone; a wall time that a clock change skips is the one after it. Null when it is none. */
export function readLocalTime(text: string, timeZone: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text)) return null;
  try {
    const zoned = Temporal.PlainDateTime.from(text, { overflow: 'reject' }).toZonedDateTime(timeZone, { disambiguation: 'compatible' });
    return new Date(zoned.epochMilliseconds);
  } catch {
    return null;
  }
}

/** The same back, to the minute, for the value of such a field. */
export const localTime = (at: Date, timeZone: string): string =>
  zonedOf(at, timeZone).toPlainDateTime().toString({ smallestUnit: 'minute' });

/** The same to the second. */
export const localSecond = (at: Date, timeZone: string): string =>
  zonedOf(at, timeZone).toPlainDateTime().toString({ smallestUnit: 'second' });

const MONDAY = 1;

/** The moments people send later at: 8 o'clock tomorrow and next Monday; only one of them when they are the same. */
export function mornings(now: Date, timeZone: string): readonly { readonly name: 'tomorrow' | 'monday'; readonly at: Date }[] {
  const today = zonedOf(now, timeZone).toPlainDate();
  const days = MONDAY + 7 - today.dayOfWeek;
  const tomorrow = { name: 'tomorrow', at: morningIn(now, timeZone, 1) } as const;
  return days === 1 ? [tomorrow] : [tomorrow, { name: 'monday', at: morningIn(now, timeZone, days) }];
}

/** 8 o'clock, or another full hour, in so many days. */
export function morningIn(now: Date, timeZone: string, days: number, hour = 8): Date {
  const plainTime = Temporal.PlainTime.from({ hour });
  const day = zonedOf(now, timeZone).toPlainDate().add({ days });
  return new Date(day.toZonedDateTime({ timeZone, plainTime }).epochMilliseconds);
}

const zonedOf = (at: Date, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
