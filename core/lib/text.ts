/** Removes what PostgreSQL refuses and no person typed: NUL and lone surrogates. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/**
 * Without the characters of this kind at both ends. A regular expression would look from each of them in a long row in the middle to the row's
 * end, which of 64 KB takes seconds.
 */
export function strip(text: string, kind: RegExp): string {
  let [from, to] = [0, text.length];
  while (from < to && kind.test(text.charAt(from))) from += 1;
  while (to > from && kind.test(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

/** White space and invisible characters that are not one blank: most lines have none. */
const UNFOLDED = /(?:[^\S ]|\p{Cf}| (?=[\s\p{Cf}]))[\s\p{Cf}]*/gu;

/** One line of at most `maxChars` characters for lists and previews: white space folded, cut at a word with an ellipsis. */
export function snippet(text: string, maxChars = 160): string {
  const line = storable(text.slice(0, maxChars * 8))
    .replace(UNFOLDED, ' ')
    .trim();
  if (line.length <= maxChars) return line;
  const cut = line.slice(0, maxChars);
  const space = cut.lastIndexOf(' ');
  return `${cut.slice(0, space > maxChars * 0.6 ? space : maxChars).trimEnd()}…`.toWellFormed();
}

/** Marks go before the letters are taken apart: putting a long row of them in order takes time with the square of its length, ten seconds for 400 KB. */
const MARKS = /[\p{M}\uff9e\uff9f]+/gu;

/** Lower case without diacritics, Polish ł included: the form in which words are indexed and searched. */
export function fold(text: string): string {
  return text
    .replace(MARKS, '')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll('ł', 'l');
}

/** Letters and their marks as one sign each where there is one (NFC), of a text that may have `maxChars` then: one that has more stays too long. */
export const composed = (text: string, maxChars: number): string => text.slice(0, maxChars * 8).normalize('NFC');

/** The subject without any number of reply and forward marks ("Re: Odp: FW: …"). */
export function bareSubject(subject: string): string {
  return subject.replace(/^(\s*(re|odp\.?|fw|fwd|pd|aw|wg|sv|vs|antw|tr|rv|res|enc)(\[\d+\])?\s*:\s*)+/i, '').trim();
}

/** Whether two subjects have nothing in common: no equal beginning, no word of four letters or more. An empty one says nothing. */
export function areUnlike(a: string, b: string): boolean {
  const [one, other] = [fold(bareSubject(a)), fold(bareSubject(b))];
  if (one === '' || other === '' || one.includes(other) || other.includes(one)) return false;
  const words = new Set(one.match(WORD) ?? []);
  return !(other.match(WORD) ?? []).some((word) => words.has(word));
}

const WORD = /[\p{L}\p{N}]{4,}/gu;
