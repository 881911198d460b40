import type { NamedAddress } from '../lib/email-address.ts';
import { formatDate } from '../lib/format-date.ts';
import type { Language } from '../lib/language.ts';
import type { Message } from '../messages/types.ts';
import type { GeneralSettings } from '../settings/general.ts';

/** What of a message stands above it where it is forwarded. */
export type HeadOf = Pick<Message, 'from' | 'to' | 'cc' | 'subject' | 'createdAt'>;

/** How the company writes to people outside. */
export type Written = Pick<GeneralSettings, 'defaultLanguage' | 'timeZone'>;

/** In the words of common mail programs, by which readers, our own too, know what was forwarded (core/lib/quote-marks.ts). */
const WORDS: Readonly<Record<Language, Readonly<Record<'mark' | 'from' | 'date' | 'subject' | 'to' | 'cc', string>>>> = {
  pl: { mark: 'Wiadomość przekazana', from: 'Od', date: 'Data', subject: 'Temat', to: 'Do', cc: 'DW' },
  en: { mark: 'Forwarded message', from: 'From', date: 'Date', subject: 'Subject', to: 'To', cc: 'Cc' },
};
const RULE = '-'.repeat(10);

/** The line that parts it from what stands above. */
export const markOf = ({ defaultLanguage }: Written): string => `${RULE} ${WORDS[defaultLanguage].mark} ${RULE}`;

/** The lines above a forwarded message: from whom, when, about what, to whom. */
export function headOf({ from, to, cc, subject, createdAt }: HeadOf, written: Written): readonly string[] {
  const words = WORDS[written.defaultLanguage];
  return [
    `${words.from}: ${named(from)}`,
    `${words.date}: ${dateOf(createdAt, written)}`,
    ...(subject ? [`${words.subject}: ${subject}`] : []),
    ...(to.length > 0 ? [`${words.to}: ${to.map(named).join(', ')}`] : []),
    ...(cc.length > 0 ? [`${words.cc}: ${cc.map(named).join(', ')}`] : []),
  ];
}

/** "Jan Lis <jan@klient.test>", or the address alone. */
export const named = ({ name, address }: NamedAddress): string => (name ? `${name} <${address}>` : address);

/** "28 listopada 2026, 14:05"; "28 November 2026, 14:05 CET": English is read in many zones, so it names its own. */
export function dateOf(at: Date, { defaultLanguage, timeZone }: Written): string {
  const time = formatDate(at, defaultLanguage === 'en' ? 'clock' : 'time', defaultLanguage, timeZone);
  return `${formatDate(at, 'long', defaultLanguage, timeZone)}, ${time}`;
}
