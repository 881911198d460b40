/** From when until when there is no sound and no note of the operating system: "22:00", "07:00", every day, in the company's time zone. */
export interface QuietHours {
  readonly from: string;
  readonly until: string;
}

/** Whether `now` is within; hours that end before they begin go over midnight, equal ones are none. */
export function isQuiet(hours: QuietHours | null, now: Date, timeZone: string): boolean {
  if (!hours) return false;
  const local = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone).toPlainTime();
  const time = local.toString({ smallestUnit: 'minute' });
  const { from, until } = hours;
  return from <= until ? from <= time && time < until : time >= from || time < until;
}
