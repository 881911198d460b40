import { fold } from '../lib/text.ts';

/** What can stand before a colon, in both languages and without diacritics. */
const NAMES = {
  from: ['from', 'od'],
  to: ['to', 'do'],
  subject: ['subject', 'temat'],
  label: ['label', 'etykieta'],
  contact_label: ['contact-label', 'etykieta-kontaktu'],
  inbox: ['inbox', 'skrzynka'],
  is: ['is', 'jest'],
  has: ['has', 'ma'],
  before: ['before', 'przed'],
  after: ['after', 'po'],
  assigned: ['assigned', 'przypisane', 'przypisana'],
} as const;
export type Operator = keyof typeof NAMES;

const OPERATOR_OF = new Map<string, Operator>(
  (Object.keys(NAMES) as readonly Operator[]).flatMap((operator) => NAMES[operator].map((name) => [name, operator] as const)),
);

/** One part of what was typed: `-from:"Jan Kowalski"`. */
export interface Clause {
  /** Null = words to be found anywhere. */
  readonly operator: Operator | null;
  /** Empty when nothing followed the colon. */
  readonly value: string;
  readonly isQuoted: boolean;
  readonly isNot: boolean;
}

const MAX_CHARS = 400;
const MAX_CLAUSES = 20;
const CLAUSE = /(?<not>-)?(?:(?<name>\p{L}+(?:-\p{L}+)?):)?(?:"(?<quoted>[^"]*)"?|(?<plain>\S+))/gu;

/** The parts of what stands in a search box. What looks like an operator and is none is words: "https://…", "Re:"; a dash before the only word is a dash. Never fails. */
export function clausesOf(q: string): readonly Clause[] {
  const text = q
    .slice(0, MAX_CHARS)
    .replace(/[„”“«»]/g, '"')
    .normalize('NFC');
  const clauses = [...text.matchAll(CLAUSE)].slice(0, MAX_CLAUSES).map(({ groups = {} }): Clause => {
    const { not, name = '', quoted, plain = '' } = groups;
    const operator = OPERATOR_OF.get(fold(name)) ?? null;
    const written = { isQuoted: quoted !== undefined, isNot: not !== undefined };
    if (operator) return { operator, value: quoted ?? plain, ...written };
    const bare = name === '' && plain.endsWith(':') ? OPERATOR_OF.get(fold(plain.slice(0, -1))) : undefined;
    if (bare) return { operator: bare, value: '', ...written };
    return { operator: null, value: name === '' ? (quoted ?? plain) : `${name}:${quoted ?? plain}`, ...written };
  });
  const [only] = clauses;
  return clauses.length === 1 && only?.operator === null ? [{ ...only, isNot: false }] : clauses;
}
