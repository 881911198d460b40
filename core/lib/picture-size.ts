import { sniffType } from './file-type.ts';

/** Formats that a browser draws and that cannot run anything. */
export const PICTURE_TYPES = ['image/png', 'image/jpeg', 'image/webp'] as const;
export type PictureType = (typeof PICTURE_TYPES)[number];

export interface PictureSize {
  readonly type: PictureType;
  readonly width: number;
  readonly height: number;
}

/** What a picture is and how large, by its bytes alone; null = it is none of ours, or broken. */
export function pictureSize(bytes: Buffer): PictureSize | null {
  const type = PICTURE_TYPES.find((one) => one === sniffType(bytes));
  if (type === undefined) return null;
  const [width, height] = (type === 'image/png' ? png : type === 'image/webp' ? webp : jpeg)(bytes) ?? [0, 0];
  return width > 0 && height > 0 ? { type, width, height } : null;
}

type Sides = readonly [width: number, height: number] | null;

/** PNG (ISO 15948) §11.2.2: the first chunk is IHDR. */
const png = (bytes: Buffer): Sides =>
  bytes.length >= 24 && bytes.toString('latin1', 12, 16) === 'IHDR' ? [bytes.readUInt32BE(16), bytes.readUInt32BE(20)] : null;

/** RFC 9649 §2.5 to 2.7: the first chunk is one of three. */
function webp(bytes: Buffer): Sides {
  if (bytes.length < 30) return null;
  const chunk = bytes.toString('latin1', 12, 16);
  if (chunk === 'VP8X') return [bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1];
  if (chunk === 'VP8 ') return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
  if (chunk !== 'VP8L') return null;
  const bits = bytes.readUInt32LE(21);
  return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
}

/** ITU-T T.81 §B.2.2: a frame header after any other segments. */
function jpeg(bytes: Buffer): Sides {
  let at = 2;
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}
