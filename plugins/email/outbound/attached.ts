import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { OutboundAttachment } from '../../../core/plugins/contract.ts';
import { oneLine } from './one-line.ts';

/** Where the HTML shows an attachment: `cid:` and its file name, as it is or as a URL writes it. */
const placesOf = (filename: string): readonly string[] => [`cid:${filename}`, `cid:${encodeURIComponent(filename.toWellFormed())}`];

/** A Content-ID that every program can read, whatever the file is called (RFC 2392). */
const contentId = (filename: string): string =>
  /^[a-z0-9._-]{1,60}$/i.test(filename) ? filename : `${createHash('sha256').update(filename).digest('hex').slice(0, 24)}@inline`;

const isShown = (filename: string, html: string | null): boolean =>
  filename !== '' && html !== null && placesOf(filename).some((place) => html.includes(place));

/** The HTML with each shown attachment under the Content-ID that it has in the mail. */
export function withContentIds(html: string, attachments: readonly OutboundAttachment[]): string {
  // Longest first: "a.png" is the beginning of "a.png.png".
  const names = attachments.map(({ filename }) => filename).toSorted((a, b) => b.length - a.length);
  return names
    .filter((filename) => isShown(filename, html))
    .reduce((text, filename) => placesOf(filename).reduce((all, place) => all.replaceAll(place, `cid:${contentId(filename)}`), text), html);
}

/** An image that the HTML shows goes beside the HTML, everything else below it. */
export function attached({ filename, contentType }: OutboundAttachment, content: Readable, html: string | null) {
  const cid = isShown(filename, html) ? { cid: contentId(filename) } : {};
  return { filename: oneLine(filename) || 'attachment', contentType: safeType(contentType), content, ...cid };
}

/**
 * A type that base64 may carry. message/… and multipart/… may not be encoded (RFC 2046 §5.2.1), so a mail as attachment would lose its line
 * ends and need 8-bit servers: it goes as a file, byte for byte.
 */
function safeType(text: string): string {
  const isUsable = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/i.test(text) && !/^(?:message|multipart)\//i.test(text);
  return isUsable ? text.toLowerCase() : 'application/octet-stream';
}
