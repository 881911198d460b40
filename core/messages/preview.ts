import type { Readable } from 'node:stream';
import type { Blobs } from '../blobs/blobs.ts';
import { HEAD_BYTES, sniffType } from '../lib/file-type.ts';
import { emptyPixels, PICTURE_HEAD_BYTES } from '../lib/picture-weight.ts';
import type { Attachment } from './types.ts';

/** What a browser may show of a stranger's file: nothing that could run. */
export type PreviewKind = 'picture' | 'pdf' | 'text';

const PICTURES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/jpg', 'image/gif', 'image/webp']);
export const isPicture = (contentType: string): boolean => PICTURES.has(contentType.toLowerCase());
const TEXTS: ReadonlySet<string> = new Set(['text/plain', 'text/csv', 'text/markdown']);
const MAX_TEXT_BYTES = 1_048_576;

/** By extension, for senders who call every file a stream of bytes. */
const EXTENSIONS: readonly (readonly [PreviewKind, RegExp])[] = [
  ['picture', /\.(png|jpe?g|gif|webp)$/i],
  ['pdf', /\.pdf$/i],
  ['text', /\.(txt|csv|md|log)$/i],
];

type Named = Pick<Attachment, 'filename' | 'contentType' | 'bytes'>;

/** What a file claims to be that can be shown; null = it is only saved. Whether it keeps its word is seen when it is asked for. */
export function previewKind({ filename, contentType, bytes }: Named): PreviewKind | null {
  const type = contentType.toLowerCase();
  const said = isPicture(type) ? 'picture' : type === 'application/pdf' ? 'pdf' : TEXTS.has(type) ? 'text' : null;
  const isVague = type === 'application/octet-stream' || type === '';
  const kind = said ?? (isVague ? (EXTENSIONS.find(([, pattern]) => pattern.test(filename))?.[0] ?? null) : null);
  return kind === 'text' && bytes > MAX_TEXT_BYTES ? null : kind;
}

export interface Shown {
  readonly kind: PreviewKind;
  readonly contentType: string;
  /** Absent for text, which may have been written in another alphabet. */
  readonly bytes?: number;
  readonly content: Readable | string;
}

/** Of a picture that is shown small beside many others; opened by itself it may have more. */
const MOST_SMALL = 16_000_000;
const MOST_OPENED = 100_000_000;

/**
 * The file as a browser may show it: a picture or PDF whose first bytes say so, or a text in UTF-8; null for everything else, and for a picture
 * that would fill the browser's memory. `isSmall`: it is drawn without being asked for, among others.
 */
export async function previewOf(
  blobs: Pick<Blobs, 'open' | 'read'>,
  file: Named & Pick<Attachment, 'sha256'>,
  isSmall = false,
): Promise<Shown | null> {
  const kind = previewKind(file);
  if (kind === null || file.bytes === 0) return null;
  if (kind === 'text') {
    const content = readText(await blobs.read(file.sha256));
    return content === null ? null : { kind, contentType: 'text/plain; charset=utf-8', content };
  }
  const most = kind === 'picture' ? PICTURE_HEAD_BYTES : HEAD_BYTES;
  const head = Buffer.concat(await Array.fromAsync(await blobs.open(file.sha256, { start: 0, end: Math.min(most, file.bytes) - 1 })));
  if (kind === 'picture' && emptyPixels(head, file.bytes) > (isSmall ? MOST_SMALL : MOST_OPENED)) return null;
  const contentType = sniffType(head);
  const isTrue = kind === 'pdf' ? contentType === 'application/pdf' : contentType !== null && isPicture(contentType);
  return contentType && isTrue ? { kind, contentType, bytes: file.bytes, content: await blobs.open(file.sha256) } : null;
}

/** Null for what is no text, or would be a page. UTF-16 by its mark, UTF-8 where it is valid, else Windows-1250. */
function readText(bytes: Buffer): string | null {
  const mark = bytes.length < 2 ? 0 : bytes.readUInt16BE(0);
  if (mark === 0xfffe || mark === 0xfeff) return new TextDecoder(mark === 0xfffe ? 'utf-16le' : 'utf-16be').decode(bytes);
  if (bytes.includes(0) || sniffType(bytes.subarray(0, HEAD_BYTES)) !== null) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1250').decode(bytes);
  }
}
