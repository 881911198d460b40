import { asDate, formatDate } from '../lib/format-date.ts';
import { LANGUAGES, type Language } from '../lib/language.ts';

const perLanguage = <T>(make: (language: Language) => T): Record<Language, T> => ({ pl: make('pl'), en: make('en') });
const numbers = perLanguage((language) => new Intl.NumberFormat(language));
const decimals = perLanguage((language) => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }));
const relative = perLanguage((language) => new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' }));
const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** How long ago, or how far ahead: "5 min temu", "za 2 godz."; older than a week gives the date, in another year with the year. */
export function formatAgo(at: unknown, now: Date, language: Language, timeZone: string): string {
  const date = asDate(at);
  if (date === null) return '';
  const seconds = (date.getTime() - now.getTime()) / 1000;
  const distance = Math.abs(seconds);
  if (distance < 60) return relative[language].format(0, 'second');
  if (distance < 3600) return relative[language].format(Math.trunc(seconds / 60), 'minute');
  if (distance < 86_400) return relative[language].format(Math.trunc(seconds / 3600), 'hour');
  if (distance < 7 * 86_400) return relative[language].format(Math.trunc(seconds / 86_400), 'day');
  return formatDate(date, date.getUTCFullYear() === now.getUTCFullYear() ? 'short' : 'date', language, timeZone);
}

/** 1536 → "1,5 KB" (Polish) or "1.5 KB"; units of 1024. */
export function formatBytes(bytes: number, language: Language): string {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(bytes) / Math.log(1024)));
  const value = bytes / 1024 ** power;
  return `${(value < 10 ? decimals : numbers)[language].format(value < 10 ? value : Math.round(value))}\u00a0${UNITS[power]}`;
}

export const formatNumber = (value: number, language: Language): string => numbers[language].format(value);

/** Up to two letters for an avatar: first and last word of a name, or the beginning of an address. */
export function initials(name: unknown): string {
  const words =
    String(name ?? '')
      .replace(/@.*$/, '')
      .match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*/gu) ?? [];
  const first = [...(words[0] ?? '')][0] ?? '?';
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : '';
  return (first + last).toUpperCase();
}

/** One of eight tint classes, the same for the same id or name. */
export function avatarColour(id: unknown): string {
  let sum = 0;
  for (const char of String(id ?? '')) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return `tint-${sum % 8}`;
}

export const isTimeZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat(LANGUAGES[0], { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};
