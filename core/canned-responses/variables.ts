import { COMPANY_VARIABLES } from '../company/types.ts';
import { fillLetter, type LiquidValues, namesInLetter, type Rendered } from '../lib/liquid.ts';

/** What a letter may name, as it is written between the braces. */
export const LETTER_VARIABLES = [
  'contact.name',
  'contact.first_name',
  'agent.name',
  'agent.first_name',
  'agent.job_title',
  'agent.email',
  'company',
  ...COMPANY_VARIABLES,
  'inbox.name',
  'inbox.address',
  'conversation.number',
  'conversation.subject',
  'date',
] as const;
export type LetterVariable = (typeof LETTER_VARIABLES)[number];

/** A value for each variable; empty = not known. A company has some of its own. */
export type LetterValues = Readonly<Record<LetterVariable, string> & { [own: `company.${string}`]: string }>;

/** Fills in a letter; `blank` answers what stands where nothing is known. */
export const fillIn = (template: string, values: LetterValues, as: 'text' | 'html', blank: (name: string) => string): Rendered =>
  fillLetter(template, nested(values), as, blank);

/** Why a letter cannot be saved, as a key of `canned-responses.problem`; null = it can. `allowed`: what it may name. */
export function letterProblem(
  template: string,
  as: 'text' | 'html',
  allowed: readonly string[] = LETTER_VARIABLES,
): 'liquid' | 'unknown' | null {
  const read = namesInLetter(template, as);
  if ('problem' in read) return 'liquid';
  const known: ReadonlySet<string> = new Set(allowed);
  if (read.names.some((name) => !known.has(name))) return 'unknown';
  return 'problem' in fillLetter(template, nested(NOTHING), as, () => '') ? 'liquid' : null;
}

export const NOTHING = Object.fromEntries(LETTER_VARIABLES.map((name) => [name, ''])) as LetterValues;

/** Stands where a letter names something that is not known, until a person writes it: "[?imię klienta?]". */
export const markOf = (words: string): string => `[?${words.replace(/[[\]?]/g, '')}?]`;

const MARK = /\[\?[^[\]?]{1,80}\?\]/;

/** Whether such a mark is still in a text. */
export const hasMark = (text: string): boolean => MARK.test(text);

/** "Jan" of "Jan Nowak" or "Nowak, Jan"; empty when the name does not begin like one of a person. */
export function firstNameOf(name: string): string {
  const [family = '', given] = name.split(',', 2);
  const [first = ''] = (given ?? family).trim().split(/\s+/);
  return /^\p{L}[\p{L}\p{M}'’-]+$/u.test(first) ? first : '';
}

function nested(values: LetterValues): LiquidValues {
  const groups: Record<string, Record<string, string>> = {};
  for (const [name, value] of Object.entries(values)) {
    const [group = '', key = ''] = name.split('.');
    groups[group] = { ...groups[group], [key]: value };
  }
  return groups;
}
