import { type Clause, clausesOf } from './clauses.ts';
import { wordsOf } from './words.ts';

/** Where words of a message are that can be asked for alone. */
export type Field = 'from' | 'to' | 'subject';

/** Characters of no language (Unicode's private use) that mark words of a field in the index; both engines take them as letters. */
const MARKS: Readonly<Record<Field, string>> = { from: '\ue001', to: '\ue002', subject: '\ue003' };

/** Stands in the index of a message that has a file attached. */
export const ATTACHED = '\ue004';

/** The words of a field as they stand in the index beside the plain ones. */
export const markedWords = (field: Field, text: string): readonly string[] => wordsOf(text).map((word) => MARKS[field] + word);

/** What a message has to hold. All words as they stand in the index. */
export interface Terms {
  readonly words: readonly string[];
  /** The last of `words` may be the beginning of a longer one. */
  readonly isUnfinished: boolean;
  /** Messages that hold all words of one of these are left out. */
  readonly without: readonly (readonly string[])[];
  /** Words that follow each other, joined by one space. */
  readonly phrases: readonly string[];
}

const MAX_WORDS = 12;
/** Shorter beginnings than this stand for too many words and are taken for whole ones. */
export const MIN_UNFINISHED_CHARS = 3;

/** The clauses that are looked up in the index; the others are conditions on conversations. */
export const isTerm = ({ operator }: Clause): boolean => operator === null || operator in MARKS;

/** Of clauses that are terms. */
export function termsOf(clauses: readonly Clause[]): Terms {
  const words: string[] = [];
  const without: (readonly string[])[] = [];
  const phrases: string[] = [];
  for (const clause of clauses) {
    const found = wordsIn(clause);
    if (clause.isNot) without.push(found);
    else words.push(...found);
    if (clause.isQuoted && !clause.isNot && clause.operator === null && found.length > 1) phrases.push(inOrder(clause.value));
  }
  const unique = [...new Set(words)].slice(0, MAX_WORDS);
  const last = clauses.at(-1);
  const typed = wordsOf(last?.value ?? '').at(-1) ?? '';
  const isOpen = last !== undefined && !last.isQuoted && !last.isNot && unique.at(-1)?.endsWith(typed) === true;
  return {
    words: unique,
    isUnfinished: isOpen && typed.length >= MIN_UNFINISHED_CHARS,
    without: without.filter((one) => one.length > 0),
    phrases,
  };
}

/** Those that may stand anywhere in a message or a file. */
export const plainWords = ({ words }: Terms): readonly string[] => words.filter((word) => !/^[\ue000-\uf8ff]/.test(word));

/** The words of a search as they are marked where they were found, one space between; an asterisk ends one that may go on. */
export function markedIn(q: string): string {
  const { words, isUnfinished } = termsOf(clausesOf(q).filter(isTerm));
  return `${words.map((word) => word.replace(/^[\ue000-\uf8ff]/, '')).join(' ')}${isUnfinished ? '*' : ''}`;
}

/** A text as its words in their order, so that a phrase can be looked for in it. */
export const inOrder = (text: string): string => wordsOf(text, 'all').join(' ');

const wordsIn = ({ operator, value }: Clause): readonly string[] =>
  operator !== null && operator in MARKS ? markedWords(operator as Field, value) : wordsOf(value);
