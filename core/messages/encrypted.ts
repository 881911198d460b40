import type { Attachment } from './types.ts';

/** S/MIME (RFC 8551 §3.3): what is only signed was opened, and shows its words. */
const isEnvelope = ({ contentType, filename }: Pick<Attachment, 'contentType' | 'filename'>): boolean =>
  /^application\/(?:x-)?pkcs7-mime$/i.test(contentType) && /^(?:smime\.p7m|attachment-\d+(?:\.\w+)?)$/i.test(filename);

/** PGP/MIME (RFC 3156 §4): a part that only says so stands before the other. */
const isPgp = ({ contentType }: Pick<Attachment, 'contentType'>): boolean => /^application\/pgp-encrypted$/i.test(contentType);

/** How a message without words of its own is encrypted, by its files; null when it is not. */
export function encryptionOf(attachments: readonly Pick<Attachment, 'contentType' | 'filename'>[]): 'S/MIME' | 'PGP' | null {
  if (attachments.some(isPgp)) return 'PGP';
  return attachments.some(isEnvelope) ? 'S/MIME' : null;
}
