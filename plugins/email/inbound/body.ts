import { isUtf8 } from 'node:buffer';
import { storable } from '../../../core/lib/text.ts';
import type { InboundAttachment } from '../../../core/plugins/contract.ts';
import { decodeText } from './charset.ts';
import { unflow } from './flowed.ts';
import { type MimePart, parseMime, rawField } from './mime.ts';
import { decodeHeader } from './words.ts';

export interface Body {
  /** Null when some of the message exists only as HTML. */
  readonly text: string | null;
  readonly html: string | null;
  readonly attachments: readonly InboundAttachment[];
}

interface Texts {
  readonly text: string | null;
  readonly html: string | null;
}

const NOTHING: Texts = { text: null, html: null };
const MAX_FILENAME_CHARS = 255;
const MAX_LOCATED = 200;

/** What a person reads of the tree and what is left as attachments. Every leaf ends in exactly one of the two. */
export function readBody(root: MimePart): Body {
  const files: MimePart[] = [];
  const { text, html: written } = textsOf(root, files, true);
  const located = written === null ? new Map<MimePart, string>() : locatedIn(written, files);
  const html = written === null ? null : withContentIds(written, located);
  const referenced = html ? contentIdsIn(html) : new Set<string>();
  return { text, html, attachments: files.map((part) => attachmentOf(part, referenced, located.get(part))) };
}

function textsOf(part: MimePart, files: MimePart[], isFirst: boolean): Texts {
  if (part.children.length > 0) {
    const found = shownOf(part).map((child, index) => textsOf(child, files, isFirst && index === 0));
    return part.contentType === 'multipart/alternative' ? lastOfEach(found) : inOrder(found);
  }
  if (!isBody(part, isFirst)) {
    files.push(part);
    return NOTHING;
  }
  const text = storable(textIn(part));
  if (part.contentType === 'text/html') return { text: null, html: text };
  const lines = text.replace(/\r\n?/g, '\n');
  const isFlowed = part.params.get('format')?.toLowerCase() === 'flowed';
  return { text: isFlowed ? unflow(lines, part.params.get('delsp')?.toLowerCase() === 'yes') : lines, html: null };
}

/** Forms of the same words that other programs show (AMP, watches) are nothing beside one that is read here, and no files. */
function shownOf({ contentType, children }: MimePart): readonly MimePart[] {
  if (contentType !== 'multipart/alternative' || !children.some((one) => isBody(one, false))) return children;
  return children.filter((one) => one.filename !== '' || !/^text\/(?:x-amp-html|watch-html)$/.test(one.contentType));
}

/** A page that its part gives no charset has one of its own (WHATWG HTML §13.2.3.2). */
function textIn(part: MimePart): string {
  const content = part.content();
  const declared = part.params.get('charset') ?? null;
  const isLabelled = declared !== null && !/^us-ascii$/i.test(declared);
  if (isLabelled || part.contentType !== 'text/html' || isUtf8(content)) return decodeText(content, declared);
  const own = /<meta\b[^>]{0,200}\bcharset\s*=\s*["']?([\w.:-]{1,40})/i.exec(content.toString('latin1', 0, 4096))?.[1] ?? null;
  return decodeText(content, own !== null && !/^utf-?(?:7|16|32)/i.test(own) ? own : declared);
}

/** Text with a file name is a file, unless it opens the message: some programs name their body. */
function isBody(part: MimePart, isFirst: boolean): boolean {
  if (part.contentType !== 'text/plain' && part.contentType !== 'text/html') return false;
  return part.disposition !== 'attachment' && (part.filename === '' || isFirst);
}

/** RFC 2046 §5.1.4: the last form one understands is the best. An empty one beside one with words says nothing. */
function lastOfEach(found: readonly Texts[]): Texts {
  const text = found.findLast((one) => one.text?.trim())?.text ?? null;
  const html = found.findLast((one) => one.html !== null && showsSomething(one.html))?.html ?? null;
  if (text !== null || html !== null) return { text, html };
  return { text: found.findLast((one) => one.text !== null)?.text ?? null, html: found.findLast((one) => one.html !== null)?.html ?? null };
}

/** A long page is believed to. */
const showsSomething = (html: string): boolean =>
  html.length > 20_000 ||
  /<img\b|\burl\(/i.test(html) ||
  html.replace(/<!--[\s\S]*?(?:-->|$)|<(style|title|script)\b(?:[\s\S]*?<\/\1>|[\s\S]*$)|<[^>]*(?:>|$)|&nbsp;|&#160;|\s/gi, '') !== '';

/** Parts shown one below the other. As soon as one of them is HTML, the plain ones become HTML too, so that nothing is missing. */
function inOrder(found: readonly Texts[]): Texts {
  const shown = found.filter(({ text, html }) => text !== null || html !== null);
  if (shown.every(({ html }) => html === null)) return { text: joinTexts(shown), html: null };
  const html = shown.map((one) => one.html ?? `<div style="white-space:pre-wrap">${asHtml(one.text ?? '')}</div>`).join('\n');
  return { text: shown.every(({ text }) => text !== null) ? joinTexts(shown) : null, html };
}

const joinTexts = (shown: readonly Texts[]): string | null => (shown.length === 0 ? null : shown.map(({ text }) => text ?? '').join('\n'));

const asHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '<br>');

function contentIdsIn(html: string): ReadonlySet<string> {
  return new Set(
    Array.from(html.matchAll(/(["'])cid:([^"'<>]{1,500})\1|\bcid:([^"'\s)>]{1,500})/gi), (match) => unescapeId(match[2] ?? match[3] ?? '')),
  );
}

/** Pictures that the HTML names by their Content-Location (RFC 2557 §4), each with the Content-ID it goes by from here on. */
function locatedIn(html: string, files: readonly MimePart[]): ReadonlyMap<MimePart, string> {
  const found = new Map<MimePart, string>();
  for (const part of files.slice(0, MAX_LOCATED)) {
    const location = rawField(part, 'content-location').replace(/\s+/g, '');
    if (location === '' || location.length > 500 || !part.contentType.startsWith('image/')) continue;
    if (html.includes(`"${location}"`) || html.includes(`'${location}'`)) found.set(part, `location-${found.size + 1}@mail.invalid`);
  }
  return found;
}

function withContentIds(html: string, located: ReadonlyMap<MimePart, string>): string {
  if (located.size === 0) return html;
  const ids = new Map([...located].map(([part, id]) => [rawField(part, 'content-location').replace(/\s+/g, ''), id]));
  return html.replace(/\bsrc\s*=\s*(["'])([^"']{1,500})\1/gi, (whole, quote: string, source: string) => {
    const id = ids.get(source.trim());
    return id === undefined ? whole : `src=${quote}cid:${id}${quote}`;
  });
}

function unescapeId(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('&amp;', '&'));
  } catch {
    return text;
  }
}

function attachmentOf(part: MimePart, referenced: ReadonlySet<string>, location: string | undefined): InboundAttachment {
  const id = location ?? (part.contentId && unescapeId(part.contentId));
  const contentId = id !== null && referenced.has(id) ? storable(id) : null;
  const content = part.content();
  return { filename: filenameOf(part, content), contentType: part.contentType, contentId, inline: contentId !== null, content };
}

/** The ending says what opens it. */
function cut(name: string): string {
  const ending = name.length > MAX_FILENAME_CHARS ? (/\.[^.\s]{1,19}$/.exec(name)?.[0] ?? '') : '';
  return `${name.slice(0, MAX_FILENAME_CHARS - ending.length)}${ending}`.toWellFormed();
}

/** A forwarded message gets a name that mail programs open, from its subject. */
function filenameOf(part: MimePart, content: Buffer): string {
  const given = storable(part.filename.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')).trim();
  if (given !== '' || part.contentType !== 'message/rfc822') return cut(given);
  const subject = parseMime(content.subarray(0, 65_536)).headers.first('subject');
  const title = subject
    ? storable(decodeHeader(subject))
        .replace(/[\s\p{Cc}\\/:*?"<>|]+/gu, ' ')
        .trim()
    : '';
  return `${title.slice(0, 100).toWellFormed() || 'message'}.eml`;
}
