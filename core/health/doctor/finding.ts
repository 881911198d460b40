import { z } from 'zod';
import type { Translate } from '../../http/context.ts';
import { AppError } from '../../lib/errors.ts';
import { localSecond } from '../../lib/local-time.ts';

/** A text of the locales with its facts, or words that are the same in every language: an address, what a server said. */
export type Words = string | { readonly key: string; readonly facts: Readonly<Record<string, Words | number>> };

/** One line of the doctor: what was looked at, what was seen, and what to do when it is not well. */
export interface Finding {
  readonly state: 'ok' | 'note' | 'broken';
  readonly what: Words;
  readonly seen: Words;
  /** Null when there is nothing to do. */
  readonly advice: Words | null;
}

export const text = (key: string, facts: Readonly<Record<string, Words | number>> = {}): Words => ({ key, facts });
export const well = (what: Words, seen: Words): Finding => ({ state: 'ok', what, seen, advice: null });
export const worthKnowing = (what: Words, seen: Words, advice: Words | null = null): Finding => ({ state: 'note', what, seen, advice });
export const broken = (what: Words, seen: Words, advice: Words): Finding => ({ state: 'broken', what, seen, advice });

/** Such words as another process sent them. */
export const WORDS: z.ZodType<Words> = z.lazy(() =>
  z.union([z.string(), z.object({ key: z.string(), facts: z.record(z.string(), z.union([z.number(), WORDS])) })]),
);

export function inWords(t: Translate, words: Words): string {
  if (typeof words === 'string') return words;
  const facts = Object.entries(words.facts).map(([name, fact]) => [name, typeof fact === 'number' ? fact : inWords(t, fact)] as const);
  return t(words.key, Object.fromEntries(facts));
}

const MARKS = { ok: 'ok    ', note: 'note  ', broken: 'BROKEN' } as const;

/** As the command line prints it. */
export function lineOf(t: Translate, { state, what, seen, advice }: Finding): string {
  return `${MARKS[state]}  ${inWords(t, what)}: ${inWords(t, seen)}${advice === null ? '' : `\n        → ${inWords(t, advice)}`}`;
}

/** A moment to the second, the same in every language. */
export const utcSecond = (at: Date): string => `${localSecond(at, 'UTC').replace('T', ' ')} UTC`;

export const reasonOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
};

/** What to do about a check that failed: what the error itself says, which is no fault of the program then. */
export const adviceOf = (error: unknown): Words =>
  error instanceof AppError && error.help !== null ? error.help : text('health.faultAdvice');

/** A problem that a plugin names, with what it adds to it. */
export const problemWords = (plugin: string, problem: string, detail: string | null): Words => {
  const problemText = text(`plugin.${plugin}.problems.${problem}`);
  return detail === null ? problemText : text('health.withDetail', { problem: problemText, detail });
};
