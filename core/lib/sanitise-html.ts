import { createRequire } from 'node:module';
import type sanitize from 'sanitize-html';
import { cleanCss } from './clean-css.ts';
import type { SafeHtml } from './safe-html.ts';

const words = (text: string): string[] => text.trim().split(/\s+/);

const INLINE = words('a abbr b bdi bdo br cite code del dfn em i ins kbd mark q s samp small span strike strong sub sup tt u var wbr');
const BLOCK = words('blockquote dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre ul');
const MAIL = words(`address article aside big body caption center col colgroup details dir figcaption figure font footer header img main
  map area nav section style summary table tbody td tfoot th thead time tr`);
// Their content goes with them; every other tag that is not allowed leaves its content behind.
const DROPPED_WHOLE = words('script style textarea option select title xmp svg math template iframe noembed noframes plaintext');

const LAYOUT = words(`style class id dir lang title role align valign width height bgcolor color border bordercolor cellpadding cellspacing
  face size hspace vspace nowrap colspan rowspan span start reversed type value alt abbr scope headers summary open datetime clear noshade
  aria-label aria-hidden`);

const IMAGE_DATA = /^data:image\/(png|gif|jpe?g|webp|bmp);base64,[a-z0-9+/=\s]*$/i;
/** Deeper than any mail a program writes; beyond it the nesting itself is the attack. */
const MAX_OPEN_TAGS = 3000;
const VOID = /^(area|base|br|col|embed|hr|img|input|link|meta|p|li|td|tr|th|dt|dd|option|source|tbody|thead|wbr)$/;

/**
 * What a stranger's HTML becomes before anybody sees it: layout, styles and pictures stay, everything that runs, submits, navigates by
 * itself or speaks to our own page goes. Remote `src` of images stays for the frame's CSP to decide. Not to be shown outside that frame.
 */
export function sanitiseHtml(html: string): SafeHtml {
  return cleanStyleTags(nestsTooDeep(html) ? textOnly(html) : sanitized(html, MAIL_OPTIONS)) as SafeHtml;
}

/**
 * The same of no more than `maxChars`; what was left out is marked at the end. The pictures that a long one carries in itself go first, the
 * largest of them, so that every word behind them stays.
 */
export function sanitiseWithin(html: string, maxChars: number): SafeHtml {
  if (html.length <= maxChars) return sanitiseHtml(html);
  let kept = html;
  for (const largest of [100_000, 1000]) if (kept.length > maxChars) kept = withoutPictures(kept, largest);
  return `${sanitiseHtml(kept.slice(0, maxChars).toWellFormed())}<p>[…]</p>` as SafeHtml;
}

const withoutPictures = (html: string, maxChars: number): string =>
  html.replace(/data:image\/[a-z0-9.+-]{1,40};base64,[a-z0-9+/=%\s]*/gi, (picture) => (picture.length > maxChars ? '' : picture));

/** What agents write in the editor: text marks, lists, links and pictures; no `<style>`, class or id. */
export function sanitiseFragment(html: string): SafeHtml {
  return (nestsTooDeep(html) ? textOnly(html) : sanitized(html, FRAGMENT_OPTIONS)) as SafeHtml;
}

/** Whether showing it would ask a stranger's server for something. */
export const hasRemoteImages = (html: SafeHtml): boolean => /<img\b[^>]* src="https?:/i.test(html);

const load = createRequire(import.meta.url);
let sanitizer: typeof sanitize | null = null;

/** The library comes with the first HTML: it brings a hundred modules, among them a whole reader of style sheets. */
function sanitized(html: string, options: sanitize.IOptions): string {
  sanitizer ??= load('sanitize-html') as typeof sanitize;
  return sanitizer(html, options);
}

const SHARED: sanitize.IOptions = {
  nonTextTags: DROPPED_WHOLE,
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowedSchemesByTag: { img: ['http', 'https', 'cid', 'data'] },
  allowedSchemesAppliedToAttributes: ['href', 'src'],
  allowProtocolRelative: false,
  parseStyleAttributes: false,
  nestingLimit: 500,
};

const MAIL_OPTIONS: sanitize.IOptions = {
  ...SHARED,
  allowedTags: [...INLINE, ...BLOCK, ...MAIL],
  // Its content is cleaned by cleanStyleTags.
  allowVulnerableTags: true,
  allowedAttributes: {
    '*': LAYOUT,
    a: ['href', 'name', 'target', 'rel'],
    area: ['href', 'target', 'rel', 'shape', 'coords'],
    img: ['src', 'usemap'],
    map: ['name'],
    style: ['media'],
  },
  transformTags: { '*': (tagName, attribs) => ({ tagName, attribs: safeAttributes(tagName, attribs) }) },
};

const FRAGMENT_OPTIONS: sanitize.IOptions = {
  ...SHARED,
  allowedTags: [...INLINE, ...BLOCK, 'font', 'img', 'table', 'tbody', 'thead', 'tr', 'td', 'th'],
  allowedAttributes: {
    '*': ['style', 'dir', 'lang', 'align'],
    a: ['href', 'target', 'rel'],
    font: ['color', 'face', 'size'],
    img: ['src', 'alt', 'width', 'height'],
    td: ['colspan', 'rowspan'],
    th: ['colspan', 'rowspan'],
    ol: ['start'],
  },
  transformTags: { '*': (tagName, attribs) => ({ tagName, attribs: safeAttributes(tagName, attribs) }) },
};

function safeAttributes(tag: string, attribs: sanitize.Attributes): sanitize.Attributes {
  const { style, href, src, target: _target, rel: _rel, ...rest } = attribs;
  const safe: sanitize.Attributes = rest;
  const css = style === undefined ? '' : cleanCss(style).trim();
  if (css !== '') safe['style'] = css;
  const link = href === undefined ? null : safeLink(href);
  if (link !== null)
    Object.assign(safe, { href: link, ...(link.startsWith('#') ? {} : { target: '_blank', rel: 'noopener noreferrer nofollow' }) });
  const source = src === undefined || tag !== 'img' ? null : safeSource(src);
  if (source !== null) safe['src'] = source;
  if (safe['usemap'] !== undefined && !safe['usemap'].startsWith('#')) delete safe['usemap'];
  return safe;
}

// A relative address would lead into our own pages, so only whole ones and places within the mail stay.
function safeLink(href: string): string | null {
  const link = withoutHiddenCharacters(href);
  if (link.startsWith('#')) return link;
  if (link.startsWith('//')) return `https:${link}`;
  return /^(https?:\/\/|mailto:|tel:)/i.test(link) ? link : null;
}

function safeSource(src: string): string | null {
  const source = withoutHiddenCharacters(src);
  if (source.startsWith('//')) return `https:${source}`;
  if (/^data:/i.test(source)) return IMAGE_DATA.test(source) ? source : null;
  return /^(https?:\/\/|cid:)/i.test(source) ? source : null;
}

// Browsers ignore these inside an address, so "java\tscript:" would still run (URL Standard §4.4).
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
const withoutHiddenCharacters = (url: string): string => url.replace(/[\x00-\x1f\x7f]/g, '').trim();

// sanitize-html escapes every "<" that is not a tag of its own, so these tags are where they seem to be.
function cleanStyleTags(html: string): string {
  return html.replace(
    /<style([^>]*)>([\s\S]*?)(<\/style>|$)/g,
    (_, attributes: string, css: string) => `<style${attributes}>${cleanCss(css)}</style>`,
  );
}

function nestsTooDeep(html: string): boolean {
  let open = 0;
  for (const [, slash, name] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)/gi)) {
    if (slash) open = Math.max(0, open - 1);
    else if (!VOID.test((name ?? '').toLowerCase())) open += 1;
    if (open > MAX_OPEN_TAGS) return true;
  }
  return false;
}

const textOnly = (html: string): string =>
  html
    .replace(/<[^>]*>?/g, ' ')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
