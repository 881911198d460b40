import { previewKind } from './preview.ts';
import type { Attachment } from './types.ts';

/** Bytes of pictures that are read into one frame. */
const MAX_FRAMED_BYTES = 20 * 1024 * 1024;

type Placed = Pick<Attachment, 'filename' | 'contentType' | 'bytes' | 'contentId'>;

/** The files that a frame shows as pictures, the first of an id while there is room. Every other one is listed, or nobody would see it. */
export function framedPictures<T extends Placed>(attachments: readonly T[]): readonly T[] {
  const ids = new Set<string>();
  let left = MAX_FRAMED_BYTES;
  return attachments.filter((one) => {
    if (one.contentId === null || ids.has(one.contentId) || previewKind(one) !== 'picture' || one.bytes > left) return false;
    ids.add(one.contentId);
    left -= one.bytes;
    return true;
  });
}
