import type { Translate } from '../http/context.ts';
import { InvalidError } from '../lib/errors.ts';
import type { Language } from '../lib/language.ts';
import { fillIn } from './fill-in.ts';
import { SAMPLE } from './sample.ts';

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
export function previewOf(typed: Typed, names: { readonly inboxName: string; readonly company: string }) {
  try {
    return { ...fillIn(typed, { ...SAMPLE, ...names }), problem: null };
  } catch (error) {
    if (!(error instanceof InvalidError)) throw error;
    return { subject: '', text: '', problem: Object.values(error.fields)[0] ?? 'forms.wrong' };
  }
}

/** A variable as it is written in a text, and what it stands for. */
export const VARIABLES = ['contact.name', 'conversation.number', 'inbox.name', 'company'] as const;

export type TranslatorOf = (language: Language) => Translate;
