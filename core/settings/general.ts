import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { COMPANY_ZONE } from '../lib/day.ts';
import { isLanguage, LANGUAGES, type Language } from '../lib/language.ts';
import { readSetting, writeSetting } from './settings.ts';
import { findSettings } from './store.ts';

/** An answer under quite another subject: agents are asked, it begins a conversation of its own, or it stays and nobody is asked. */
export const OTHER_SUBJECTS = ['ask', 'split', 'keep'] as const;
export type OtherSubject = (typeof OTHER_SUBJECTS)[number];

/** What an administrator sets for the whole company. Empty text = not set. */
export interface GeneralSettings {
  readonly companyName: string;
  /** An address (https://…) or the whole text, shown at /terms. */
  readonly terms: string;
  readonly privacy: string;
  /** Whom agents ask for help, in the company's own words. */
  readonly support: string;
  /** For visitors whose browser asks for neither of ours, and for new agents. */
  readonly defaultLanguage: Language;
  /** For how many seconds an agent's message can be taken back; 0 = it leaves at once. */
  readonly undoSeconds: number;
  /** How many files a message may carry, and how many megabytes it may have as it is sent, all of it, encoded. */
  readonly maxAttachments: number;
  readonly maxMessageMb: number;
  /** IANA name: what "tomorrow at 8" means, and how times are shown. */
  readonly timeZone: string;
  readonly otherSubject: OtherSubject;
}

export const DEFAULT_UNDO_SECONDS = 10;
export const MAX_UNDO_SECONDS = 60;
/** Least and most; the most of what a body with files is taken with, and of what mail servers take. */
export const ATTACHMENTS = { least: 3, most: 50, usual: 10 } as const;
export const MESSAGE_MB = { least: 1, most: 34, usual: 20 } as const;
export const DEFAULT_TIME_ZONE = COMPANY_ZONE;

const KEYS: Readonly<Record<keyof GeneralSettings, string>> = {
  companyName: 'company.name',
  terms: 'legal.terms',
  privacy: 'legal.privacy',
  support: 'company.support',
  defaultLanguage: 'language.default',
  undoSeconds: 'sending.undo_seconds',
  maxAttachments: 'sending.max_attachments',
  maxMessageMb: 'sending.max_message_mb',
  timeZone: 'company.time_zone',
  otherSubject: 'conversations.other_subject',
};

export const GENERAL_NAMES = [
  'companyName',
  'terms',
  'privacy',
  'support',
  'defaultLanguage',
  'undoSeconds',
  'maxAttachments',
  'maxMessageMb',
  'timeZone',
  'otherSubject',
] as const;

export async function readGeneral(scope: Scope): Promise<GeneralSettings> {
  const values = await findSettings(scope, Object.values(KEYS));
  const language = values.get(KEYS.defaultLanguage);
  return {
    companyName: values.get(KEYS.companyName) ?? '',
    terms: values.get(KEYS.terms) ?? '',
    privacy: values.get(KEYS.privacy) ?? '',
    support: values.get(KEYS.support) ?? '',
    defaultLanguage: isLanguage(language) ? language : LANGUAGES[0],
    undoSeconds: Number(values.get(KEYS.undoSeconds) ?? DEFAULT_UNDO_SECONDS),
    maxAttachments: Number(values.get(KEYS.maxAttachments) ?? ATTACHMENTS.usual),
    maxMessageMb: Number(values.get(KEYS.maxMessageMb) ?? MESSAGE_MB.usual),
    timeZone: values.get(KEYS.timeZone) ?? DEFAULT_TIME_ZONE,
    otherSubject: OTHER_SUBJECTS.find((one) => one === values.get(KEYS.otherSubject)) ?? 'ask',
  };
}

/** Of these the time zone alone. */
export const readTimeZone = async (scope: Scope): Promise<string> => (await readSetting(scope, KEYS.timeZone)) ?? DEFAULT_TIME_ZONE;

type GeneralChanges = { readonly [Name in keyof GeneralSettings]?: GeneralSettings[Name] | undefined };

/** Writes those of the values that differ from the stored ones. */
export async function changeGeneral(scope: Scope | WriteScope, changes: GeneralChanges): Promise<void> {
  await transact(scope, async (tx) => {
    const before = await readGeneral(tx);
    for (const name of GENERAL_NAMES) {
      const value = changes[name];
      if (value !== undefined && value !== before[name]) await writeSetting(tx, KEYS[name], String(value));
    }
  });
}

/** True when the setting is an address to link to and not a text to show. */
export const isAddress = (text: string): boolean => /^https?:\/\/\S+$/.test(text);
