import { readFileSync } from 'node:fs';
import { madeOnce } from './made-once.ts';
import { restylesAll } from './restyle.ts';
import { selectorsOf } from './selectors.ts';

/** What decides how it is made. */
const MAKERS = ['stylesheet.ts', 'restyle.ts', 'selectors.ts'];

/** `buildStylesheet`, done once for each state of the files: it would be a tenth of a second of each start. */
export function stylesheet(tabler: string, own: readonly string[], pages: readonly string[]): string {
  const make = (): string => buildStylesheet(tabler, own, pages);
  const kept = madeOnce({
    kind: 'stylesheet',
    extension: 'css',
    madeOf: [...MAKERS.map((name) => readFileSync(new URL(name, import.meta.url), 'utf8')), tabler, String(own.length), ...own, ...pages],
    make,
    load: (file) => readFileSync(file, 'utf8'),
  });
  return kept ?? make();
}

/**
 * One stylesheet: what of Tabler our pages use, in the lowest cascade layer, then our own files, which name their layers themselves.
 * The order of layers is fixed here, so the order of files does not matter.
 */
export function buildStylesheet(tabler: string, own: readonly string[], pages: readonly string[]): string {
  const [licence = ''] = /\/\*![\s\S]*?\*\//.exec(tabler) ?? [];
  const framework = usedRules(tabler.replace(/@charset "[^"]*";/, '').replace(/\/\*[\s\S]*?\*\//g, ''), wordsOf(pages));
  return ['@layer tabler, base, layout, settings, workspace, composer, print;', licence, `@layer tabler{${framework}}`, ...own].join('\n');
}

/**
 * Which classes stand somewhere in templates and scripts; a word that ends in a hyphen is put together with another one there ("btn-" and
 * "primary").
 */
function wordsOf(pages: readonly string[]): (name: string) => boolean {
  const words = new Set(pages.flatMap((text) => text.match(/[a-z][\w-]*/gi) ?? []));
  const beginnings = [...words].filter((word) => word.endsWith('-'));
  const known = new Map<string, boolean>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const isThere = words.has(name) || beginnings.some((one) => name.startsWith(one) && words.has(name.slice(one.length)));
    known.set(name, isThere);
    return isThere;
  };
}

/**
 * The rules of a minified style sheet whose classes are all used somewhere: a tenth of Tabler's, which has thousands, and a browser reads
 * and matches them all for each page. Rules without a class stay, unless they make every change a change of the whole page.
 */
function usedRules(css: string, isUsed: (name: string) => boolean): string {
  const kept: string[] = [];
  for (const { head, body } of rulesOf(css)) {
    if (body === null) kept.push(head);
    else if (/^@(?:media|supports|layer|container)\b/.test(head)) {
      const inner = usedRules(body, isUsed);
      if (inner !== '') kept.push(`${head}{${inner}}`);
    } else if (head.startsWith('@')) kept.push(`${head}{${body}}`);
    else {
      const selectors = selectorsOf(head).filter((one) => classesOf(one).every(isUsed) && hasAttributes(one, isUsed) && !restylesAll(one));
      if (selectors.length > 0) kept.push(`${selectors.join(',')}{${body}}`);
    }
  }
  return kept.join('');
}

/** Rules in their order; `body` null = a statement such as @import. */
function* rulesOf(css: string): Generator<{ head: string; body: string | null }> {
  const brace = /[{}]/g;
  let at = 0;
  while (at < css.length) {
    const [open, semicolon] = [css.indexOf('{', at), css.indexOf(';', at)];
    if (open < 0 || (semicolon >= 0 && semicolon < open)) {
      const end = semicolon < 0 ? css.length : semicolon + 1;
      yield { head: css.slice(at, end), body: null };
      at = end;
      continue;
    }
    let depth = 1;
    brace.lastIndex = open + 1;
    for (let found = brace.exec(css); found !== null; found = brace.exec(css)) {
      depth += found[0] === '{' ? 1 : -1;
      if (depth === 0) break;
    }
    const end = depth === 0 ? brace.lastIndex : css.length;
    yield { head: css.slice(at, open).trim(), body: css.slice(open + 1, end - 1) };
    at = end;
  }
}

/**
 * Whether some page sets the data attributes that an element must have, in HTML or by a script (`dataset.bsTheme`); of alternatives one
 * suffices. Tabler's `[data-bs-sidebar="folded"] *` was tried on every element of every page, 83 times.
 */
function hasAttributes(selector: string, isUsed: (name: string) => boolean): boolean {
  const lists: string[] = [];
  let [plain, depth, from] = ['', 0, 0];
  for (const { 0: sign, index } of selector.matchAll(/[()]/g)) {
    if (sign === '(' && depth++ === 0) plain += selector.slice(from, index);
    if (sign === ')' && --depth === 0 && /:(?:is|where)$/.test(plain)) lists.push(selector.slice(from, index));
    if (depth === Number(sign === '(')) from = index + 1;
  }
  const names = (plain + selector.slice(from)).match(/(?<=\[data-)[\w-]+/g) ?? [];
  const isSet = (name: string): boolean => isUsed(`data-${name}`) || isUsed(name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase()));
  return names.every(isSet) && lists.every((list) => selectorsOf(list).some((one) => hasAttributes(one, isUsed)));
}

/** Classes that an element must have, or one of its neighbours: not those of which one suffices, nor those it must not have. */
function classesOf(selector: string): readonly string[] {
  const plain = selector.includes('(') ? selector.replace(/:(?:not|is|where|has)\([^)]*\)/g, '') : selector;
  return (plain.match(/\.(?:[a-z_-]|\\.)(?:\\.|[\w-])*/gi) ?? []).map((name) => name.slice(1).replaceAll('\\', ''));
}
