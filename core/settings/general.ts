import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { isLanguage, LANGUAGES, type Language } from '../lib/language.ts';
import { writeSetting } from './settings.ts';
import { findSettings } from './store.ts';

/** What an administrator sets for the whole company. Empty text = not set. */
export interface GeneralSettings {
  readonly companyName: string;
  /** An address (https://…) or the whole text, shown at /terms. */
  readonly terms: string;
  readonly privacy: string;
  /** For visitors whose browser asks for neither of ours, and for new agents. */
  readonly defaultLanguage: Language;
}

const KEYS: Readonly<Record<keyof GeneralSettings, string>> = {
  companyName: 'company.name',
  terms: 'legal.terms',
  privacy: 'legal.privacy',
  defaultLanguage: 'language.default',
};

export async function readGeneral(scope: Scope): Promise<GeneralSettings> {
  const values = await findSettings(scope, Object.values(KEYS));
  const language = values.get(KEYS.defaultLanguage);
  return {
    companyName: values.get(KEYS.companyName) ?? '',
    terms: values.get(KEYS.terms) ?? '',
    privacy: values.get(KEYS.privacy) ?? '',
    defaultLanguage: isLanguage(language) ? language : LANGUAGES[0],
  };
}

/** Writes those of the values that differ from the stored ones. */
export async function changeGeneral(scope: Scope | WriteScope, changes: Partial<GeneralSettings>): Promise<void> {
  await transact(scope, async (tx) => {
    const before = await readGeneral(tx);
    for (const name of ['companyName', 'terms', 'privacy', 'defaultLanguage'] as const) {
      const value = changes[name];
      if (value !== undefined && value !== before[name]) await writeSetting(tx, KEYS[name], value);
    }
  });
}

/** True when the setting is an address to link to and not a text to show. */
export const isAddress = (text: string): boolean => /^https?:\/\/\S+$/.test(text);
