import { Readable } from 'node:stream';
import type { PageContext } from './context.ts';

export interface SentFile {
  /** As the sender named it. */
  readonly filename: string;
  readonly contentType: string;
  readonly bytes?: number;
  /** Shown in the browser; only for types that cannot run. */
  readonly inline?: boolean;
  /** Of stored bytes. A browser that has them asks each time whether it still may, and gets no second copy; without it, it keeps nothing. */
  readonly sha256?: string;
}

/** Answers with stored bytes that a stranger may have made: saved unless `inline`, never guessed at, never run in our origin. */
export function sendFile(
  ctx: PageContext,
  content: Readable | string,
  { filename, contentType, bytes, sha256, inline = false }: SentFile,
): void {
  ctx.set({
    'Content-Type': inline || contentType === 'message/rfc822' ? contentType : 'application/octet-stream',
    'Content-Disposition': contentDisposition(filename, inline ? 'inline' : 'attachment'),
    'Content-Security-Policy': "default-src 'none'; sandbox; frame-ancestors 'self'",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': sha256 === undefined ? 'no-store' : 'private, no-cache',
  });
  ctx.status = 200;
  if (sha256 !== undefined) ctx.etag = sha256;
  if (sha256 !== undefined && ctx.fresh) {
    ctx.status = 304;
    if (content instanceof Readable) content.destroy();
    return;
  }
  if (bytes !== undefined) ctx.length = bytes;
  ctx.body = content;
}

/** The browser's own PDF viewer does not start in a sandbox, and has no origin but its own. */
const PDF_CSP = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/** Answers with a stranger's file for the browser to show, once it is known to be what it claims. */
export function sendPreview(
  ctx: PageContext,
  filename: string,
  {
    kind,
    content,
    ...said
  }: Omit<SentFile, 'filename' | 'inline'> & {
    readonly kind: 'picture' | 'pdf' | 'text';
    readonly content: Readable | string;
  },
): void {
  sendFile(ctx, content, { filename, ...said, inline: true });
  if (kind === 'pdf') ctx.set('Content-Security-Policy', PDF_CSP);
  if (kind === 'text') ctx.remove('X-Frame-Options');
}

/** RFC 6266 with the UTF-8 form of RFC 8187: any name the sender chose is safe in the header. */
export function contentDisposition(filename: string, kind: 'attachment' | 'inline' = 'attachment'): string {
  const name =
    filename
      .toWellFormed()
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\]+/gu, '_')
      .trim()
      .slice(0, 200)
      .toWellFormed() || 'attachment';
  const ascii = name.replace(/[^\x20-\x7e]|["%]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
