/** Where a company lives that did not say otherwise, for its days and hours. */
export const COMPANY_ZONE = 'Europe/Warsaw';

/** Kept, since making one takes longer than using it a hundred times. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day of an instant in a time zone: "2026-11-26". */
export function dayOf(at: Date, timeZone = COMPANY_ZONE): string {
  const known = formats.get(timeZone);
  if (known) return known.format(at);
  const made = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(timeZone, made);
  return made.format(at);
}

/** A day of the calendar in that form, of a year that somebody may mean: "2026-02-30" is none. Those before and after it have four digits too. */
export function isDay(text: string): boolean {
  if (!/^(19|2\d)\d{2}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

export const DAY_MS = 86_400_000;

/** So many days later, or earlier. */
export const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
