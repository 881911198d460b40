import { strip } from '../lib/text.ts';

const MAX_CHARS = 255;

// C0, C1, DEL and every sign that turns the reading direction or cannot be seen: "invoice‮fdp.exe" would read as a PDF.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** With the folders of a machine in front; any other slash belongs to a number (`FV/12/2026.pdf`). */
const PATH = /^\s*(?:[a-z]:|file:|~|\.{1,2})?[/\\]/i;

/**
 * A sender's file name as data: no folders, no control or direction characters, no leading dot, at most 255 characters with its extension
 * kept. A nameless one becomes `attachment-<position>` with an extension from its type.
 */
export function safeFilename(name: string, contentType: string, position: number): string {
  const seen = name.toWellFormed().replace(HIDDEN, ' ');
  const base = PATH.test(seen) ? (seen.split(/[/\\]/).at(-1) ?? '') : seen;
  const plain = strip(base.replace(/[<>:"|?*/\\]/g, '_').replace(/\s+/g, ' '), /[. ]/);
  if (plain === '') return `attachment-${position}${extensionFor(contentType)}`;
  if (plain.length <= MAX_CHARS) return plain;
  const dot = plain.lastIndexOf('.');
  const extension = dot > 0 && plain.length - dot <= 20 ? plain.slice(dot) : '';
  return `${plain.slice(0, MAX_CHARS - extension.length)}${extension}`.toWellFormed();
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'message/rfc822': '.eml',
  'text/plain': '.txt',
  'text/html': '.html',
  'text/calendar': '.ics',
  'text/csv': '.csv',
  'application/pdf': '.pdf',
  'application/zip': '.zip',
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/gif': '.gif',
};

const extensionFor = (contentType: string): string => EXTENSIONS[contentType] ?? '';

/** A media type as a lower-case `type/subtype` without parameters (RFC 2045 §5.1), or `application/octet-stream`. */
export function safeContentType(contentType: string): string {
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  return /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/.test(type) ? type : 'application/octet-stream';
}
