/** A piece of plain text: as it stands, as code, or leading somewhere. Templates escape `text` and `href`. */
export interface TextPart {
  readonly text: string;
  readonly kind: 'text' | 'code' | 'link';
  /** Only of a link: a path of ours, or https:, http:, mailto: or tel:. */
  readonly href?: string;
}

const OURS = /`([^`]+)`|\[([^\]]+)\]\((\/[^)\s]*)\)/g;

/** A sentence of our own documents: `code` and [links](/path) to our own pages. */
export const sentenceParts = (text: string): readonly TextPart[] =>
  split(text, OURS, ([, code, words, path]) =>
    code === undefined ? { text: words ?? '', kind: 'link', href: path ?? '/' } : { text: code, kind: 'code' },
  );

const WRITTEN = /https?:\/\/[^\s<>"']+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+\d[\d -]{6,18}\d/gi;

/** What a person wrote: addresses of pages, e-mail addresses and phone numbers in it can be followed; nothing else is anything but text. */
export const writtenParts = (text: string): readonly TextPart[] =>
  split(text, WRITTEN, ([found]) => {
    const words = found.replace(/[.,;:!?)\]]+$/, '');
    if (/^https?:/i.test(words)) return { text: words, kind: 'link', href: words };
    return { text: words, kind: 'link', href: words.includes('@') ? `mailto:${words}` : `tel:${words.replace(/[ -]/g, '')}` };
  });

/** What a match did not use of its end goes on as text. */
function split(text: string, pattern: RegExp, partOf: (match: RegExpExecArray) => TextPart): readonly TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    const part = partOf(match);
    if (match.index > at) parts.push({ text: text.slice(at, match.index), kind: 'text' });
    parts.push(part);
    at = match.index + (pattern === WRITTEN ? part.text.length : match[0].length);
  }
  if (at < text.length) parts.push({ text: text.slice(at), kind: 'text' });
  return parts;
}
