import type { Language } from './language.ts';

const DATE_STYLES = {
  date: { day: 'numeric', month: 'short', year: 'numeric' },
  long: { day: 'numeric', month: 'long', year: 'numeric' },
  day: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  weekday: { weekday: 'short' },
  appointment: {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  },
  time: { hour: '2-digit', minute: '2-digit' },
  clock: { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' },
  short: { day: 'numeric', month: 'short' },
  datetime: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  full: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;
export type DateStyle = keyof typeof DATE_STYLES;

/** Kept, since making one takes longer than using it a hundred times. */
const dates = new Map<string, Intl.DateTimeFormat>();

/** An instant as people write it, in a language and time zone; `at` is a Date or ISO-8601 text, anything else gives ''. */
export function formatDate(at: unknown, style: DateStyle, language: Language, timeZone: string): string {
  const date = asDate(at);
  if (date === null) return '';
  const key = `${language} ${timeZone} ${style}`;
  const known = dates.get(key);
  if (known) return known.format(date);
  const locale = language === 'en' ? 'en-GB' : language;
  const made = new Intl.DateTimeFormat(locale, { ...DATE_STYLES[style], timeZone });
  dates.set(key, made);
  return made.format(date);
}

/** A Date, or ISO-8601 text read as one; null = anything else. */
export function asDate(at: unknown): Date | null {
  const date = at instanceof Date ? at : typeof at === 'string' && at !== '' ? new Date(at) : null;
  return date === null || Number.isNaN(date.getTime()) ? null : date;
}
