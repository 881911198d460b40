import type { SourceTree } from './source-tree.ts';

/** A key as code names it: whole, or only its beginning when the rest is put together at run time. */
export interface KeyUse {
  readonly place: string;
  readonly key: string;
  readonly isWhole: boolean;
}

/** Every `t('…')` and t(`…${`) in templates and sources. A key that begins with a value is not found: its parts are somebody else's texts. */
export function keyUses(tree: SourceTree): readonly KeyUse[] {
  return [...tree].flatMap(([place, source]) =>
    [...source.matchAll(/\b(?:t|text)\(\s*(?:'([\w.-]+)'(\s*\+)?|"([\w.-]+)"(\s*\+)?|`([\w.-]+)(\$\{|`))/g)].map((match) => ({
      place,
      key: match[1] ?? match[3] ?? match[5] ?? '',
      isWhole: match[2] === undefined && match[4] === undefined && match[6] !== '${',
    })),
  );
}

const NAMES = /^(Centrala|PL|EN)$/;

/** Words that a template shows and that do not come from the locales: text between tags, and the attributes that people see or hear. */
export function visibleTexts(source: string): readonly string[] {
  const markup = source
    .replace(/\{#[\s\S]*?#\}/g, '')
    .replace(/\{%-? *block (bodyClass|wide|tab) *-?%\}.*?\{%-? *endblock *-?%\}/g, '')
    .replace(/\{%[\s\S]*?%\}/g, '')
    .replace(/\{\{[\s\S]*?\}\}/g, '')
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/g, '')
    .replace(/<!--[\s\S]*?-->/g, '');
  const attributes = [...markup.matchAll(/\s(?:placeholder|aria-label|title|alt|data-confirm|hx-confirm)="([^"]*)"/g)].map(
    (match) => match[1] ?? '',
  );
  const texts = markup
    .replace(/<[^>]*>/g, '\n')
    .replace(/[\w-]+="[^"]*"/g, '')
    .split('\n');
  return [...attributes, ...texts]
    .map((text) => text.replace(/&\w+;/g, '').replace(/^[\s\p{P}\p{S}]+|[\s\p{P}\p{S}]+$/gu, ''))
    .filter((text) => /\p{L}{2,}/u.test(text) && !NAMES.test(text));
}
