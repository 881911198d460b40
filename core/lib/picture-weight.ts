import { pictureSize } from './picture-size.ts';

/** So much of a file tells how large its picture is, but for a photograph with much written before it. */
export const PICTURE_HEAD_BYTES = 262_144;
/** Four bytes each stand in the browser's memory while a picture is drawn, however small it is shown. */
const MOST_PIXELS = 100_000_000;
/** A photograph has fewer for each of its bytes, most drawings too. */
const PIXELS_PER_BYTE = 20;

/**
 * Pixels of a picture which its bytes do not account for: about none of a photograph, nearly all of one that was made to fill the memory of
 * whoever opens it. Infinity for one with too many of any kind; 0 where the first bytes do not say.
 */
export function emptyPixels(head: Buffer, bytes: number): number {
  const { width, height } = pictureSize(head) ?? gif(head) ?? bmp(head) ?? avif(head) ?? { width: 0, height: 0 };
  const pixels = width * height;
  return pixels > MOST_PIXELS ? Number.POSITIVE_INFINITY : Math.max(0, pixels - bytes * PIXELS_PER_BYTE);
}

type Sides = { readonly width: number; readonly height: number } | null;
const begins = (head: Buffer, at: number, text: string): boolean => head.toString('latin1', at, at + text.length) === text;

/** GIF89a §18. */
const gif = (head: Buffer): Sides =>
  begins(head, 0, 'GIF8') && head.length >= 10 ? { width: head.readUInt16LE(6), height: head.readUInt16LE(8) } : null;

/** BITMAPINFOHEADER, where a negative height is one from top to bottom; or the shorter BITMAPCOREHEADER of OS/2. */
function bmp(head: Buffer): Sides {
  if (!begins(head, 0, 'BM') || head.length < 26) return null;
  if (head.readUInt32LE(14) === 12) return { width: head.readUInt16LE(18), height: head.readUInt16LE(20) };
  return { width: Math.abs(head.readInt32LE(18)), height: Math.abs(head.readInt32LE(22)) };
}

/** ISO/IEC 23008-12 §6.5.3: each of its images says its size in an `ispe`; the largest counts. */
function avif(head: Buffer): Sides {
  if (!begins(head, 4, 'ftyp')) return null;
  let largest = { width: 0, height: 0 };
  for (let at = head.indexOf('ispe'); at >= 0 && at + 16 <= head.length; at = head.indexOf('ispe', at + 4)) {
    const [width, height] = [head.readUInt32BE(at + 8), head.readUInt32BE(at + 12)];
    if (width * height > largest.width * largest.height) largest = { width, height };
  }
  return largest;
}

/** Of all pictures that stand in one mail together. */
const MOST_EMPTY_PIXELS = 100_000_000;
const IN_TEXT = /data:image\/[a-z0-9.+-]{1,40};base64,([a-z0-9+/=\s]*)/gi;
/** One point that nobody sees. */
const NOTHING = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

/** A mail with those of its pictures that a browser can hold; an empty point stands for each other one. */
export function withoutHugePictures(html: string): string {
  let left = MOST_EMPTY_PIXELS;
  return html.replace(IN_TEXT, (whole, written: string) => {
    const base64 = written.replace(/\s+/g, '');
    const head = Buffer.from(base64.slice(0, PICTURE_HEAD_BYTES), 'base64');
    const empty = emptyPixels(head, Math.floor(base64.length * 0.75));
    if (empty > left) return NOTHING;
    left -= empty;
    return whole;
  });
}
