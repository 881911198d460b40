import type { SourceTree } from './source-tree.ts';

const strip = (source: string): string => source.replace(/\{#[\s\S]*?#\}/g, (text) => text.replace(/[^\n]/g, ' '));

function find(tree: SourceTree, pattern: RegExp, say: (match: RegExpMatchArray) => string): readonly string[] {
  return [...tree].flatMap(([path, source]) => {
    const text = strip(source);
    return [...text.matchAll(pattern)].map((m) => `${path}:${text.slice(0, m.index).split('\n').length}: ${say(m)}`);
  });
}

/**
 * `| safe` on anything but an approved expression. Approved are, by file, what core/http/render.ts or the sanitiser made itself
 * (SafeHtml); `{{ caller() }}` of a component needs no `safe` at all.
 */
export function unsafePrints(tree: SourceTree, approved: Readonly<Record<string, readonly string[]>>): readonly string[] {
  return [...tree].flatMap(([path, source]) =>
    find(new Map([[path, source]]), /([\w.[\]()'"]+)\s*\|\s*safe\b/g, (m) => m[1] ?? '').filter(
      (place) => !approved[path]?.includes(place.slice(place.indexOf(': ') + 2)),
    ),
  );
}

/** What the content security policy would refuse: inline scripts, event handlers and style attributes. Mail layouts are never served. */
export function inlineCode(tree: SourceTree): readonly string[] {
  const pages = new Map([...tree].filter(([path]) => !/(^|\/)email(-[a-z-]+)?\.njk$/.test(path)));
  return [
    ...find(pages, /<script\b(?![^>]*\bsrc=)[^>]*>/gi, () => 'inline script'),
    ...find(pages, /<[a-z][^<>]*?\s(on[a-z]+)\s*=/gi, (m) => `event handler ${m[1]}`),
    ...find(pages, /\s(hx-on[:\w-]*)\s*=/gi, (m) => `event handler ${m[1]}`),
    ...find(pages, /<[a-z][^<>]*?\sstyle\s*=/gi, () => 'style attribute'),
    ...find(pages, /\b(?:href|action|src)\s*=\s*["']\s*javascript:/gi, () => 'javascript: address'),
  ];
}

/** Addresses of other machines in a template: every asset is served by the product itself. */
export function outsideAddresses(tree: SourceTree): readonly string[] {
  return find(tree, /\b(?:src|srcset|hx-(?:get|post))\s*=\s*["'](?:https?:)?\/\//gi, () => 'another machine');
}
