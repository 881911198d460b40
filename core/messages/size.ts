import { InvalidError } from '../lib/errors.ts';
import type { GeneralSettings } from '../settings/general.ts';

const MB = 1024 * 1024;
/** Headers of the whole and of each part, at most. */
const HEAD_BYTES = 2_000;
const PART_BYTES = 500;

/** What people may put into a message; a program is bound by its channel alone. */
export type MessageLimits = Pick<GeneralSettings, 'maxAttachments' | 'maxMessageMb'>;

/** What so many bytes take as base64 in lines of 76 characters (RFC 2045 §6.8). */
export const encodedBytes = (bytes: number): number => Math.ceil(Math.ceil(bytes / 3) * 4 * (78 / 76));

/** What goes along of other messages: its files are not counted, but weighed. */
type Weighed = readonly { readonly bytes: number }[];

/** Raises invalid when a message would have more files, or more bytes as it is sent, than the settings allow. `words` are its texts in all their forms. */
export function expectFits(
  { maxAttachments, maxMessageMb }: MessageLimits,
  words: readonly (string | null)[],
  attachments: Weighed,
  carried: Weighed = [],
): void {
  if (attachments.length > maxAttachments) throw new InvalidError({ attachments: 'messages.problems.files' }, { most: maxAttachments });
  const texts = words.reduce((sum, text) => sum + encodedBytes(Buffer.byteLength(text ?? '')), HEAD_BYTES);
  const bytes = [...attachments, ...carried].reduce((sum, one) => sum + encodedBytes(one.bytes) + PART_BYTES, texts);
  // Rounded up, so that nobody reads "20 MB, at most 20 MB".
  const values = { size: Math.ceil(bytes / MB), most: maxMessageMb };
  if (bytes > maxMessageMb * MB) throw new InvalidError({ attachments: 'messages.problems.size' }, values);
}
