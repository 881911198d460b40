const BASE = 'http://centrala.invalid';

/**
 * A path inside this site from text that came from outside, or `otherwise`: never another host, scheme or user part (reliability.md E9).
 * Backslashes and control characters are refused, because browsers read `/\evil` and `/<tab>/evil` as `//evil`.
 */
export function ownPath(text: unknown, otherwise = '/'): string {
  if (typeof text !== 'string' || text.length > 2000 || !/^\/(?!\/)[\x21-\x7e]*$/.test(text) || text.includes('\\')) return otherwise;
  if (!URL.canParse(text, BASE)) return otherwise;
  const url = new URL(text, BASE);
  const path = url.pathname + url.search + url.hash;
  return url.origin === BASE && !path.startsWith('//') ? path : otherwise;
}

/** Path and query of a whole address ("https://x.example/a?b" → "/a?b"), whoever it belongs to; '' when it is none. */
export function pathOfUrl(address: string): string {
  if (!URL.canParse(address)) return '';
  const { pathname, search } = new URL(address);
  return pathname + search;
}
