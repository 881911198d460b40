import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { OutboundAttachment } from '../../../core/plugins/contract.ts';
import { oneLine } from './one-line.ts';

/**
 * Where the HTML shows an attachment: `cid:` and its whole file name, as it is or as a URL writes it. "cid:image001.png@01DA" of somebody
 * else's program names no image001.png of ours.
 */
function placesOf(filename: string): RegExp {
  const names = [filename, encodeURIComponent(filename.toWellFormed())].map((name) => RegExp.escape(name));
  return new RegExp(`cid:(?:${names.join('|')})(?=["')]|&quot;)`, 'g');
}

/** A Content-ID that every program can read, whatever the file is called (RFC 2392). */
const contentId = (filename: string): string =>
  /^[a-z0-9._-]{1,60}$/i.test(filename) ? filename : `${createHash('sha256').update(filename).digest('hex').slice(0, 24)}@inline`;

const isShown = (filename: string, html: string | null): boolean => filename !== '' && html !== null && placesOf(filename).test(html);

/** The HTML with each shown attachment under the Content-ID that it has in the mail. */
export function withContentIds(html: string, attachments: readonly OutboundAttachment[]): string {
  return attachments.reduce(
    (text, { filename }) => (filename === '' ? text : text.replace(placesOf(filename), () => `cid:${contentId(filename)}`)),
    html,
  );
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
