import type { SafeHtml } from './safe-html.ts';

/** One element of sanitised HTML with its place in the text: `[start, end)` with its tags, `[innerStart, innerEnd)` without. */
export interface OutlinedElement {
  readonly name: string;
  readonly attributes: string;
  /** Index of its parent, -1 at the top. */
  readonly parent: number;
  readonly start: number;
  readonly innerStart: number;
  innerEnd: number;
  end: number;
}

/** One line of words: where it begins, in which element, and what it says. */
export interface OutlinedLine {
  readonly start: number;
  readonly element: number;
  text: string;
}

export interface Outline {
  readonly elements: readonly OutlinedElement[];
  readonly lines: readonly OutlinedLine[];
}

const MAX_ELEMENTS = 50_000;
const MAX_LINE_CHARS = 1000;
const VOID = /^(?:area|br|col|hr|img|wbr)$/;
const INLINE =
  /^(?:a|abbr|b|bdi|bdo|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup|time|tt|u|var|wbr|img)$/;

/** Elements and lines of words of a mail in document order; null when there are too many to look at. Linear in its length. */
export function outlineOf(html: SafeHtml): Outline | null {
  const elements: OutlinedElement[] = [];
  const lines: OutlinedLine[] = [];
  let current = -1;
  let isOpen = false;
  for (const match of html.matchAll(/<style\b[^>]*>[\s\S]*?(?:<\/style>|$)|<(\/?)([a-z][a-z0-9]*)([^>]*)>|[^<]+|</g)) {
    const [token, slash, name, attributes = ''] = match;
    const end = match.index + token.length;
    if (name === undefined) {
      if (token.startsWith('<style')) continue;
      const text = plain(token);
      const line = lines.at(-1);
      if (isOpen && line) line.text = `${line.text}${text}`.slice(0, MAX_LINE_CHARS);
      else if (text.trim() !== '') {
        lines.push({ start: match.index, element: current, text: text.slice(0, MAX_LINE_CHARS) });
        isOpen = true;
      }
      continue;
    }
    if (!INLINE.test(name)) isOpen = false;
    if (slash) {
      const closed = elements[current];
      if (closed?.name !== name) return null;
      Object.assign(closed, { innerEnd: match.index, end });
      current = closed.parent;
    } else if (!VOID.test(name)) {
      if (elements.length >= MAX_ELEMENTS) return null;
      elements.push({ name, attributes, parent: current, start: match.index, innerStart: end, innerEnd: html.length, end: html.length });
      current = elements.length - 1;
    }
  }
  return current === -1 ? { elements, lines } : null;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };
const plain = (token: string): string =>
  token.replace(/&(amp|lt|gt|quot|nbsp);/g, (_, name: string) => ENTITIES[name] ?? '').replace(/\s+/g, ' ');
