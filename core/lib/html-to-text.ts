import type { SafeHtml } from './safe-html.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&nbsp;': ' ' };
const BLOCKS =
  /^(address|article|aside|blockquote|body|center|dd|div|dl|dt|figure|footer|h[1-6]|header|li|main|ol|pre|section|table|tr|ul)$/;
/** A space of what was typed in columns, until the others are joined. */
const KEPT = '\u0001';
/** What stands before an item of a list. */
const MARK = /^\n(-|\d+\.) $/;

/**
 * The words of sanitised HTML as plain text: a line for each block, an empty line between paragraphs, list items marked, links followed by
 * their address when the text does not say it. Only for `SafeHtml`: its tags are complete and its text is escaped.
 */
export function htmlToText(html: SafeHtml): string {
  const parts: string[] = [];
  let href = '';
  let linkStart = 0;
  /** The next number of each list around; null for those without. */
  const lists: (number | null)[] = [];
  let typed = 0;
  for (const [token, tag, attributes] of html
    .replace(/<style\b[^>]*>[\s\S]*?<\/style>/g, '')
    .matchAll(/<(\/?[a-z][a-z0-9]*)([^>]*)>|[^<]+|</g)) {
    if (tag === undefined) {
      const words = decode(token);
      parts.push(
        typed > 0
          ? words
              .replace(/\r\n?/g, '\n')
              .replaceAll('\t', '    ')
              .replace(/[^\S\n]/g, KEPT)
          : words.replace(/\s+/g, ' '),
      );
      continue;
    }
    const name = tag.replace('/', '');
    const isEnd = tag.startsWith('/');
    if (name === 'pre') typed += isEnd ? -1 : 1;
    if (name === 'br') parts.push('\n');
    else if (name === 'hr') parts.push('\n---\n');
    else if (name === 'p') parts.push(!isEnd && MARK.test(parts.at(-1) ?? '') ? '' : '\n\n');
    else if (name === 'li' && !isEnd) parts.push(markOf(lists));
    else if (name === 'td' || name === 'th') parts.push(isEnd ? ' ' : '');
    else if (name === 'img' && !isEnd) parts.push(attributeOf(attributes, 'alt'));
    else if (BLOCKS.test(name)) {
      if (name === 'ol' || name === 'ul') {
        if (isEnd) lists.pop();
        else lists.push(name === 'ul' ? null : Number(attributeOf(attributes, 'start')) || 1);
      }
      // The first block of an item stands beside its mark.
      if (isEnd || !MARK.test(parts.at(-1) ?? '')) parts.push('\n');
    } else if (name === 'a' && !isEnd) {
      href = attributeOf(attributes, 'href');
      linkStart = parts.length;
    } else if (name === 'a' && /^https?:/i.test(href)) {
      const label = parts.slice(linkStart).join('').trim();
      if (label !== '' && !sameAddress(label, href)) parts.push(` <${href}>`);
      href = '';
    }
  }
  return parts
    .join('')
    .replace(/[ \t]{2,}/g, ' ')
    .replace(/[ \t]?\n[ \t]?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
    .replaceAll(KEPT, ' ')
    .trimEnd();
}

/** How an item begins: with its number, or a dash. */
function markOf(lists: (number | null)[]): string {
  const number = lists.at(-1) ?? null;
  if (number === null) return '\n- ';
  lists[lists.length - 1] = number + 1;
  return `\n${number}. `;
}

function attributeOf(attributes: string | undefined, name: string): string {
  const [, value = ''] = new RegExp(` ${name}="([^"]*)"`).exec(attributes ?? '') ?? [];
  return decode(value);
}

const decode = (text: string): string => text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (entity) => ENTITIES[entity] ?? entity);

const bare = (address: string): string => address.replace(/^(https?:\/\/)?(www\.)?/i, '').replace(/\/$/, '');
const sameAddress = (label: string, href: string): boolean => bare(label) === bare(href);
