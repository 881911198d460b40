import { withoutHugePictures } from './picture-weight.ts';
import type { Stretch } from './quoted-text.ts';
import type { SafeHtml } from './safe-html.ts';

/** An inline picture of the message, by its Content-ID without brackets. */
export interface InlineImage {
  readonly contentId: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** What is shown folded, and the text of the control that opens it: plain words of ours. */
export interface Folding {
  readonly stretches: readonly Stretch[];
  readonly label: string;
}

const SUMMARY_STYLE =
  'all:revert!important;display:inline-block!important;margin:8px 0!important;padding:0 10px!important;border-radius:99px!important;background:#e6eaee!important;color:#46535f!important;font:12px/24px system-ui,sans-serif!important;list-style:none!important;cursor:pointer!important';
/** Each picture is put in at its first place; so much of the document may be pictures that stand there again: a mail may name a large one ten thousand times. */
const MAX_REPEATED_CHARS = 16 * 1024 * 1024;
const SHOWN_INLINE = /^image\/(png|gif|jpe?g|webp|bmp|avif)$/i;

/**
 * Content-Security-Policy of the frame that shows a stranger's HTML: nothing runs, loads or submits; links open in a new window. Send it
 * as the response's header; the frame element has the same `sandbox`. `allow-same-origin` without `allow-scripts` lets our page measure
 * the frame and nothing in it run.
 */
export function frameCsp(options: { readonly allowRemoteImages: boolean }): string {
  return [
    "default-src 'none'",
    options.allowRemoteImages ? 'img-src data: https: http:' : 'img-src data:',
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    'sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox',
  ].join('; ');
}

/** The policy with remote pictures off: what every message is shown with first. */
export const FRAME_CSP = frameCsp({ allowRemoteImages: false });

const IN_STYLE = /\burl\((&quot;|")cid:([\w.@+$%-]{1,300})\1\)/gi;
const IN_IMAGE = /(<img\b[^>]*? src=")cid:([^"]*)"/gi;

/** Content-IDs of the pictures that the document has a place for. */
export const contentIdsIn = (html: SafeHtml): ReadonlySet<string> =>
  new Set([IN_STYLE, IN_IMAGE].flatMap((pattern) => Array.from(html.matchAll(pattern), (match) => unescapeId(match[2] ?? ''))));

/**
 * The complete document for that frame. Pictures named by `cid:` are put in as data, since a sandboxed frame sends no cookies and could
 * not fetch them; one that is not an ordinary picture stays unresolved.
 */
export function messageDocument(
  html: SafeHtml,
  options: { readonly inlineImages: readonly InlineImage[]; readonly allowRemoteImages: boolean; readonly folds?: Folding },
): string {
  const images = new Map(
    options.inlineImages.filter(({ contentType }) => SHOWN_INLINE.test(contentType)).map((image) => [image.contentId, image]),
  );
  const made = new Map<string, string | null>();
  let room = MAX_REPEATED_CHARS;
  const dataOf = (contentId: string): string | null => {
    const id = unescapeId(contentId);
    const again = made.get(id);
    if (again === undefined) {
      const image = images.get(id);
      const data = image ? `data:${image.contentType};base64,${Buffer.from(image.content).toString('base64')}` : null;
      made.set(id, data);
      return data;
    }
    if (again === null || again.length > room) return null;
    room -= again.length;
    return again;
  };
  const inStyles = folded(html, options.folds).replace(IN_STYLE, (whole, quote: string, id: string) => {
    const data = dataOf(id);
    return data === null ? whole : `url(${quote}${data}${quote})`;
  });
  const body = inStyles.replace(IN_IMAGE, (whole, start: string, contentId: string) => {
    const data = dataOf(contentId);
    return data === null ? whole : `${start}${data}"`;
  });
  // frame-ancestors and sandbox work only in the header (CSP Level 3 §3.3); the rest is repeated here in case it is lost on the way.
  const csp = frameCsp(options).replace(/; frame-ancestors.*$/, '');
  return `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${csp}"><meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width"></head>${withoutHugePictures(body)}</html>`;
}

/** A control that opens without script. A style of the mail's own must not hide it. */
function folded(html: SafeHtml, { stretches, label }: Folding = { stretches: [], label: '' }): string {
  const opening = `<details style="display:block!important;visibility:visible!important;position:static!important"><summary title="${label}" style="${SUMMARY_STYLE}"><span aria-hidden="true">•••</span> <span style="font-size:11px!important;letter-spacing:0!important">${label}</span></summary>`;
  let [text, at] = ['', 0];
  for (const [start, end] of stretches) {
    text += `${html.slice(at, start)}${opening}${html.slice(start, end)}</details>`;
    at = end;
  }
  return text + html.slice(at);
}

function unescapeId(contentId: string): string {
  const text = contentId.replaceAll('&amp;', '&');
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
