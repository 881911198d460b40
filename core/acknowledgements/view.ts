import { COMPANY_VARIABLES } from '../company/types.ts';
import type { Translate } from '../http/context.ts';
import { InvalidError } from '../lib/errors.ts';
import type { Language } from '../lib/language.ts';
import { fillIn } from './fill-in.ts';
import { SAMPLE } from './sample.ts';
import type { AcknowledgementFacts } from './types.ts';

/** What the form holds, as typed. */
export interface Typed {
  readonly subject: string;
  readonly text: string;
}

/** The texts that every inbox starts with, in the language of its customers. */
export const defaultTexts = (t: Translate): Typed => ({
  subject: t('acknowledgements.default.subject'),
  text: t('acknowledgements.default.text'),
});

/** What a customer would get, or what is wrong with the text. */
export function previewOf(typed: Typed, names: Pick<AcknowledgementFacts, 'inboxName' | 'company' | 'companyValues'>) {
  try {
    return { ...fillIn(typed, { ...SAMPLE, ...names }), problem: null };
  } catch (error) {
    if (!(error instanceof InvalidError)) throw error;
    return { subject: '', text: '', problem: Object.values(error.fields)[0] ?? 'forms.wrong' };
  }
}

/** The variables as they are written in a text, and what they stand for; `own` are those of this company alone. */
export const variablesOf = (t: Translate, own: ReadonlyMap<string, string>) => [
  ...['contact.name', 'conversation.number', 'inbox.name', 'company'].map((name) => ({
    name,
    text: t(`acknowledgements.variable.${name}`),
  })),
  ...COMPANY_VARIABLES.map((name) => ({ name, text: t(`canned-responses.variable.${name}`) })),
  ...[...own].map(([name, text]) => ({ name, text })),
];

export type TranslatorOf = (language: Language) => Translate;
