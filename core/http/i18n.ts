import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LANGUAGES, type Language } from '../lib/language.ts';
import { type Log, silentLog } from '../lib/log.ts';
import type { Translate } from './context.ts';

const CATEGORIES = ['zero', 'one', 'two', 'few', 'many', 'other'];

/** A text, or its plural forms by CLDR category (`other` is always there). */
export type Message = string | Readonly<Record<string, string>>;

/** Every locale key of each language. */
export type Translations = Readonly<Record<Language, ReadonlyMap<string, Message>>>;

/**
 * Where texts lie: `dir` holds `<language>/<noun>.json`, or `<language>.json` for a plugin.
 * `prefix` is put before each key of a plugin: `plugins.email` makes `settings.relay.label` into `plugins.email.settings.relay.label`.
 */
export interface TranslationSource {
  readonly dir: string;
  readonly prefix?: string;
}

/** Reads all locale files. Keys may be nested or dotted; in `<noun>.json` the first word may be left out. Throws on broken JSON and on a key given twice. */
export function loadTranslations(sources: readonly TranslationSource[]): Translations {
  const translations = { pl: new Map<string, Message>(), en: new Map<string, Message>() };
  for (const { dir, prefix } of sources) {
    for (const language of LANGUAGES) {
      for (const file of localeFiles(dir, language)) {
        const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
        const noun = prefix ?? basename(file, '.json');
        const strict = prefix !== undefined;
        for (const [key, message] of flatten(parsed, '')) {
          const full = !strict && key.startsWith(`${noun}.`) ? key : `${noun}.${key}`;
          if (translations[language].has(full)) throw new Error(`locale key ${full} is given twice (${file})`);
          translations[language].set(full, message);
        }
      }
    }
  }
  return translations;
}

/** The placeholder names of a message, sorted: `{name}` in any of its plural forms. */
export function placeholders(message: Message): readonly string[] {
  const texts = typeof message === 'string' ? [message] : Object.values(message);
  const names = texts.flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''));
  return [...new Set(names)].sort();
}

/**
 * The `t` of one language. Returns plain text (templates escape it); `{name}` is replaced, `n` chooses the plural form and is written with separators.
 * An unknown key throws when `strict`, else it is logged once and the key itself is shown.
 */
export function translator(
  translations: Translations,
  language: Language,
  options: { readonly strict?: boolean; readonly log?: Log } = {},
): Translate {
  const messages = translations[language];
  const plurals = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  const reported = new Set<string>();
  const split = new Map<string, readonly string[]>();
  const partsOf = (text: string): readonly string[] => {
    const parts = split.get(text) ?? text.split(/\{(\w+)\}/);
    split.set(text, parts);
    return parts;
  };
  return (key, values) => {
    const message = messages.get(key);
    if (message === undefined) {
      if (options.strict) throw new Error(`no text for ${key} in ${language}`);
      if (!reported.has(key)) (options.log ?? silentLog).warn('text_missing', { key, language });
      reported.add(key);
      return key;
    }
    const text = typeof message === 'string' ? message : (message[plurals.select(Number(values?.['n'] ?? 0))] ?? message['other'] ?? key);
    if (values === undefined || !text.includes('{')) return text;
    let filled = '';
    // Every second part is the name of a placeholder.
    for (const [i, part] of partsOf(text).entries()) {
      const value = i % 2 === 0 ? part : (values[part] ?? `{${part}}`);
      filled += part === 'n' && i % 2 === 1 && typeof value === 'number' ? numbers.format(value) : value;
    }
    return filled;
  };
}

function localeFiles(dir: string, language: Language): string[] {
  const single = join(dir, `${language}.json`);
  const folder = join(dir, language);
  const files = existsSync(single) ? [single] : [];
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return files;
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return [...files, ...names.sort().map((name) => join(folder, name))];
}

function* flatten(value: unknown, path: string): Generator<[string, Message]> {
  if (typeof value === 'string') yield [path, value];
  else if (isPlural(value)) yield [path, value];
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) yield* flatten(inner, path === '' ? key : `${path}.${key}`);
  } else throw new Error(`locale key ${path} is neither a text nor a group`);
}

function isPlural(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || !('other' in value)) return false;
  return Object.entries(value).every(([key, text]) => CATEGORIES.includes(key) && typeof text === 'string');
}
