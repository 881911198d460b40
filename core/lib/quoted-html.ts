import { type Outline, type OutlinedElement, type OutlinedLine, outlineOf } from './html-outline.ts';
import { isForwardOrReplyMark, isHeaderBlock, isIntroduction, isSignatureLine, isSureIntroduction, ownLineFinder } from './quote-marks.ts';
import type { Stretch } from './quoted-text.ts';
import type { SafeHtml } from './safe-html.ts';

/** Elements that are a quote from their beginning to their end, by the class or id that mail programs give them. */
const QUOTE_CLASS =
  /(?:^|[\s"])(?:x_)?(?:gmail_quote|gmail_quote_container|gmail_attr|gmail_extra|yahoo_quoted|(?:ydp\w*)?yahoo_quoted|moz-cite-prefix|moz-forward-container|protonmail_quote|tutanota_quote|nh_extra|zmail_extra|quoted-?(?:text|message)?)(?=[\s"]|$)/i;
const QUOTE_ID =
  /^(?:x_)*(?:mail-editor-reference-message-container|OLK_SRC_BODY_SECTION|isForwardContent|isReplyContent|reply-intro|yahoo_quoted.*)$/i;
const SIGNATURE_CLASS = /(?:^|[\s"])(?:x_)?(?:gmail_signature|moz-signature|protonmail_signature_block|tutanota_signature)(?=[\s"]|$)/i;
const SIGNATURE_ID = /^(?:x_)*(?:Signature|ms-outlook-mobile-signature|AppleMailSignature|mobile-signature|composer_signature)$/i;
/** Elements from which on everything is quoted: Outlook on the web, the old desktop Outlook's line above the header block. */
const FROM_HERE_ID = /^(?:x_)*(?:divRplyFwdMsg|appendonsend)$/i;
const OUTLOOK_LINE = /border-top:\s*solid\s+#[0-9a-f]{6}\s+[\d.]+pt/i;

/** A marked element, by its place in the list of elements. */
interface Mark {
  readonly index: number;
  readonly stretch: Stretch;
  readonly isQuote: boolean;
}

/**
 * What in a mail's HTML others wrote before, and signatures: stretches that each hold whole elements only, in order, none inside another.
 * Empty = nothing to fold: no quote, answers written between quotes, or nothing else to read. `isAnswer` as in quoted-text.ts.
 */
export function quotedHtmlStretches(html: SafeHtml, isAnswer = true): readonly Stretch[] {
  const outline = outlineOf(html);
  if (!outline) return [];
  const marks = markedElements(outline);
  const isAnsweredInside = hasAnswerBetween(outline, marks);
  const isBlank = blankFinder(html);
  const marked = marks.filter(({ isQuote }) => !isQuote || !isAnsweredInside).map((mark) => widened(isBlank, outline, mark));
  const from = isAnsweredInside ? null : beginOfRest(outline, outermost(marked), isAnswer);
  const stretches = joined(html, outermost([...marked, ...(from === null ? [] : restFrom(html, isBlank, outline, from))]));
  const isFolded = containment(stretches);
  const hasOwn = outline.lines.some(({ start }) => !isFolded(start)) || /<img\b/.test(withoutHtmlStretches(html, stretches));
  return hasOwn ? stretches : [];
}

/** The HTML without what is folded away. */
export const withoutHtmlStretches = (html: SafeHtml, stretches: readonly Stretch[]): SafeHtml => {
  let kept = '';
  let position = 0;
  for (const [start, end] of stretches) {
    kept += html.slice(position, start);
    position = end;
  }
  return (kept + html.slice(position)) as SafeHtml;
};

/** Whether an offset lies in one of these; they are in order and apart. */
function containment(stretches: readonly Stretch[]): (offset: number) => boolean {
  return (offset) => {
    let [low, high] = [0, stretches.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((stretches[middle]?.[1] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return (stretches[low]?.[0] ?? Number.POSITIVE_INFINITY) <= offset;
  };
}

/** Somebody answered point by point: what is quoted is needed to understand the answers. */
function hasAnswerBetween({ lines }: Outline, marks: readonly Mark[]): boolean {
  const quotes = marks.filter(({ isQuote }) => isQuote).map(({ stretch }) => stretch);
  const isQuoted = containment(marks.map(({ stretch }) => stretch));
  const [first, last] = [quotes[0]?.[1] ?? 0, quotes.at(-1)?.[0] ?? 0];
  return lines.some(({ start, text }) => start >= first && start < last && !isQuoted(start) && !isSignatureLine(text.trim()));
}

/** With the elements around it that hold nothing else. */
function widened(isBlank: Blank, { elements }: Outline, { index, stretch }: Mark): Stretch {
  let wide = stretch;
  for (let parent = elements[elements[index]?.parent ?? -1]; parent; parent = elements[parent.parent]) {
    if (!isBlank(parent.innerStart, wide[0]) || !isBlank(wide[1], parent.innerEnd)) break;
    wide = [parent.start, parent.end];
  }
  return wide;
}

const ATTRIBUTES = { class: / class="([^"]*)"/, id: / id="([^"]*)"/, type: / type="([^"]*)"/ };
const attribute = (element: OutlinedElement, name: keyof typeof ATTRIBUTES): string => ATTRIBUTES[name].exec(element.attributes)?.[1] ?? '';

function markedElements(outline: Outline): readonly Mark[] {
  const { elements, lines } = outline;
  const found: Mark[] = [];
  const answered = answerFinder(outline);
  for (const [index, element] of elements.entries()) {
    const { start, end } = element;
    if (start < (found.at(-1)?.stretch[1] ?? 0)) continue;
    const isQuote = isQuoteElement(element, lines) && (element.name === 'blockquote' || !answered(element));
    if (isQuote || isSignatureElement(element)) found.push({ index, stretch: [start, end], isQuote });
  }
  return found;
}

/** So many are looked into. */
const MAX_ANSWERED = 20;

/**
 * Whether somebody wrote inside the element that holds a quote, behind the quoted block: Gmail puts there what is typed below it or between
 * its parts. Then only the blocks in it are quotes. Without a block (a forwarded mail) all of it is one.
 */
function answerFinder({ elements, lines }: Outline): (element: OutlinedElement) => boolean {
  const stretchesOf = (isWanted: (element: OutlinedElement) => boolean): readonly Stretch[] =>
    outermost(elements.filter(isWanted).map(({ start, end }) => [start, end]));
  let left = MAX_ANSWERED;
  let known: { readonly blocks: readonly Stretch[]; readonly isQuoted: (offset: number) => boolean } | null = null;
  return (element) => {
    left -= 1;
    if (left < 0) return false;
    known ??= {
      blocks: stretchesOf(({ name }) => name === 'blockquote'),
      isQuoted: containment(stretchesOf((one) => one.name === 'blockquote' || isSignatureElement(one))),
    };
    const { blocks, isQuoted } = known;
    const first = blocks.find(([start, end]) => start >= element.innerStart && end <= element.innerEnd);
    for (let at = first ? firstLineFrom(lines, first[1]) : lines.length; at < lines.length; at += 1) {
      const { start, text } = lines[at] ?? { start: element.end, text: '' };
      if (start >= element.innerEnd) return false;
      if (text.trim() !== '' && !isQuoted(start) && !isSignatureLine(text.trim())) return true;
    }
    return false;
  };
}

const isQuoteElement = (element: OutlinedElement, lines: readonly OutlinedLine[]): boolean =>
  (element.name === 'blockquote' && (attribute(element, 'type') === 'cite' || isIntroduced(element, lines))) ||
  (element.attributes !== '' && (QUOTE_CLASS.test(attribute(element, 'class')) || QUOTE_ID.test(attribute(element, 'id'))));

const isSignatureElement = (element: OutlinedElement): boolean =>
  element.attributes !== '' && (SIGNATURE_CLASS.test(attribute(element, 'class')) || SIGNATURE_ID.test(attribute(element, 'id')));

/** Many web mails quote in a bare `<blockquote>` below "Dnia … napisał:". */
function isIntroduced(element: OutlinedElement, lines: readonly OutlinedLine[]): boolean {
  const after = firstLineFrom(lines, element.start);
  const before = lines.slice(Math.max(0, after - 3), after).map(({ text }) => text.trim());
  return before.some((_, index) => index + isIntroduction(before, index) === before.length && isIntroduction(before, index) > 0);
}

/** Index of the first line at or behind an offset. */
function firstLineFrom(lines: readonly Pick<OutlinedLine, 'start'>[], offset: number): number {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Begin {
  readonly offset: number;
  readonly element: number;
}

/** Where the rest begins that is nothing but quote; null when there is no such place. */
function beginOfRest({ elements, lines }: Outline, marked: readonly Stretch[], isAnswer: boolean): Begin | null {
  const isMarked = containment(marked);
  const texts = lines.map(({ text, start }) => (isMarked(start) ? `> ${text.trim()}` : text.trim()));
  for (const [index, element] of elements.entries()) {
    if (element.attributes === '' || isMarked(element.start)) continue;
    const isLine = OUTLOOK_LINE.test(element.attributes) && isHeaderBlock(texts, firstLineFrom(lines, element.start));
    if (isLine || FROM_HERE_ID.test(attribute(element, 'id'))) return { offset: element.innerStart, element: index };
  }
  const ownFrom = ownLineFinder(texts);
  // Behind an introduction: a marked quote with nothing but a signature behind it, or, when it is a sure one, words without a mark to the end.
  const restIsQuote = (from: number, isSure: boolean): boolean => (texts[from]?.startsWith('>') ? ownFrom(from) >= texts.length : isSure);
  for (const [index, line] of lines.entries()) {
    if (texts[index]?.startsWith('>') || texts[index] === '') continue;
    const isMark = isForwardOrReplyMark(texts, index, !isAnswer) || (isAnswer && isHeaderBlock(texts, index));
    const length = isMark ? -1 : isIntroduction(texts, index);
    if (length === 0 || (length > 0 && !restIsQuote(index + length, isSureIntroduction(texts, index, length)))) continue;
    return { offset: line.start, element: line.element };
  }
  return null;
}

/** From the highest element that begins with this place to the end of its parent, and so on outwards: whole elements only. */
function restFrom(html: string, isBlank: Blank, { elements }: Outline, begin: Begin): readonly Stretch[] {
  const found: Stretch[] = [];
  let { offset, element } = begin;
  for (let parent = elements[element]; parent; parent = elements[element]) {
    if (!isBlank(parent.innerStart, offset)) break;
    offset = parent.start;
    element = parent.parent;
  }
  for (let inside = elements[element]; ; inside = elements[element]) {
    const end = inside ? inside.innerEnd : html.length;
    const start = found.length === 0 ? withRule(html, offset) : offset;
    if (!isBlank(start, end)) found.push([start, end]);
    if (!inside) return found;
    offset = inside.end;
    element = inside.parent;
  }
}

/** Whether nothing is to be seen between two places outside of tags: no word, picture or rule. */
type Blank = (start: number, end: number) => boolean;

/** Each piece is looked at once, however often it is asked about: a thousand signatures beside each other each ask about all before them. */
function blankFinder(html: string): Blank {
  let seen: readonly { readonly start: number }[] | null = null;
  return (start, end) => {
    seen ??= [...html.matchAll(/<(\/?[a-z0-9]*)[^>]*>|[^<]+/g)]
      .filter(([piece, tag]) => (tag === undefined ? piece.replace(/&nbsp;|\s/g, '') !== '' : tag === 'img' || tag === 'hr'))
      .map(({ index }) => ({ start: index }));
    return (seen[firstLineFrom(seen, start)]?.start ?? end) >= end;
  };
}

/** A rule and line breaks above the quote belong to it. */
function withRule(html: string, offset: number): number {
  const before = /(?:\s|<br[^>]{0,40}>|<hr[^>]{0,200}>)+$/.exec(html.slice(Math.max(0, offset - 600), offset));
  return before?.[0].includes('<hr') ? offset - before[0].length : offset;
}

function outermost(found: readonly Stretch[]): readonly Stretch[] {
  const kept: Stretch[] = [];
  for (const stretch of found.toSorted((a, b) => a[0] - b[0] || b[1] - a[1])) {
    const last = kept.at(-1);
    if (!last || stretch[0] >= last[1]) kept.push(stretch);
  }
  return kept;
}

const BREAKS = /^(?:\s|&nbsp;|<br[^>]*>|<hr[^>]*>|<(div|p)\b[^>]*>(?:\s|&nbsp;|<br[^>]*>)*<\/\1>)*$/;

/** Neighbours with nothing but line breaks and empty lines between them become one. */
function joined(html: string, found: readonly Stretch[]): readonly Stretch[] {
  const kept: Stretch[] = [];
  for (const stretch of found) {
    const last = kept.at(-1);
    if (last && BREAKS.test(html.slice(last[1], stretch[0]))) kept[kept.length - 1] = [last[0], stretch[1]];
    else kept.push(stretch);
  }
  return kept;
}
