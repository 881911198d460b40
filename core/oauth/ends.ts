/** How many days before an end people are told; 0 = it is over. */
const WARNED_DAYS = [0, 1, 7, 30] as const;
const DAY_MS = 86_400_000;

/** Days to an end, begun ones included; 0 or less = it is over. */
export const daysTo = (end: Date, now: Date): number => Math.ceil((end.getTime() - now.getTime()) / DAY_MS);

/** The warning that is due; null = the end is far. */
export const warningAt = (end: Date, now: Date): number | null => WARNED_DAYS.find((days) => daysTo(end, now) <= days) ?? null;

/** The day that an administrator copied ends with it. */
export const endOfDay = (day: string): Date => new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS);
