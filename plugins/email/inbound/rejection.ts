import { decodeText } from './charset.ts';
import type { MimePart } from './mime.ts';
import { rawField } from './mime.ts';

const READ_BYTES = 8192;
/** How Sieve (RFC 5429 section 2.1.2, RFC 3028 section 4.1) and Dovecot say it. */
const REJECTED = /\bautomatically rejected\b|\brefused by the recipient's mail filtering program\b/i;

/**
 * The words of a notice about reading (RFC 8098) by which a mail came back: the `reject` of a Sieve script, or a server that may not keep it, says "deleted"
 * as a mail program does for what its owner never opened. Null for any other notice.
 */
export function rejectionIn(root: MimePart): string | null {
  const notice = root.children.find(({ contentType }) => contentType === 'text/plain');
  const words = notice ? decodeText(notice.content().subarray(0, READ_BYTES), notice.params.get('charset') ?? null) : '';
  const isRejected = /\(rejected\)/i.test(rawField(root, 'auto-submitted')) || REJECTED.test(words.replace(/\s+/g, ' '));
  return isRejected ? words : null;
}
