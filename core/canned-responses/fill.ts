import { InvalidError } from '../lib/errors.ts';
import { htmlToText } from '../lib/html-to-text.ts';
import type { SafeHtml } from '../lib/safe-html.ts';
import { sanitiseFragment } from '../lib/sanitise-html.ts';
import type { CannedResponse } from './types.ts';
import { fillIn, type LetterValues } from './variables.ts';

/** A letter with its variables filled in. */
export interface Filled {
  readonly subject: string;
  readonly text: string;
  /** Null when it was written as plain text. */
  readonly html: SafeHtml | null;
}

type Letter = Pick<CannedResponse, 'subject' | 'text' | 'html'>;

/** The letter as it goes into an answer. Raises invalid with the field that cannot be read. */
export function fillLetter(letter: Letter, values: LetterValues, blank: (name: string) => string): Filled {
  const fill = (field: keyof Letter, template: string, as: 'text' | 'html'): string => {
    const filled = fillIn(template, values, as, blank);
    if ('problem' in filled) throw new InvalidError({ [field]: 'canned-responses.problem.liquid' });
    return filled.text;
  };
  const subject = fill('subject', letter.subject, 'text').replace(/\s+/g, ' ').trim().slice(0, 300).toWellFormed();
  if (letter.html === null) return { subject, text: fill('text', letter.text, 'text').trim(), html: null };
  const html = sanitiseFragment(fill('html', letter.html, 'html'));
  return { subject, text: htmlToText(html), html };
}
