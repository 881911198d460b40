import type { NamedAddress } from '../lib/email-address.ts';
import { storable } from '../lib/text.ts';

const MAX_ADDRESSES = 500;
/** RFC 5322 §2.1.1: no header line is longer. */
const MAX_LINE_CHARS = 998;

/** A stranger's text on one line that a database can hold. */
export const line = (text: string): string => storable(text.replace(/[\r\n]+/g, ' ').slice(0, MAX_LINE_CHARS)).trim();

/** The same without signs that nobody sees and that turn the direction of reading, by which a name reads as another's. Joiners are part of some scripts. */
export const visibleLine = (text: string): string => line(text.replace(/(?![\u200c\u200d])\p{Cf}/gu, ''));

export const address = ({ address: value, name }: NamedAddress): NamedAddress => ({
  address: line(value).slice(0, 320),
  name:
    visibleLine(name ?? '')
      .slice(0, 300)
      .toWellFormed() || null,
});

export const addresses = (list: readonly NamedAddress[]): readonly NamedAddress[] => list.slice(0, MAX_ADDRESSES).map(address);

// A claimed date outside what a four-digit year can say is no date.
export function instant(date: Date | null): string | null {
  const time = date?.getTime() ?? Number.NaN;
  return time > -62_135_596_800_000 && time < 253_402_300_800_000 ? new Date(time).toISOString() : null;
}
