import type { EnclosedMessage, InboundAttachment } from '../../../core/plugins/contract.ts';
import { addresses } from './addresses.ts';
import { type Body, readBody } from './body.ts';
import { readInvitation } from './invitation.ts';
import { dateOf, senderOf, subjectOf } from './letterhead.ts';
import { type MimePart, parseMime } from './mime.ts';
import { signedContent } from './signed-data.ts';
import { looksLikeTnef, readTnef } from './tnef.ts';
import { withoutUuencoded } from './uuencoded.ts';

/** Levels of messages within messages that are opened; deeper ones stay files. */
const MAX_LEVELS = 5;
const MAX_CONTAINERS = 50;
const MAX_UNPACKED = 300;
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;

interface Budget {
  containers: number;
  files: number;
  bytes: number;
}

/**
 * A body whose attachments are opened as far as people want to read them here: files that stand in its text, messages in it, calendar files,
 * winmail.dat, signatures that hold what they sign. What was unpacked follows the message's own attachments and names its container; the containers stay. A body that is only inside a
 * winmail.dat or a signature becomes the message's.
 */
export function unpacked(whole: Body): Body {
  const body = withoutUuencoded(whole);
  const attachments: InboundAttachment[] = [...body.attachments];
  const budget: Budget = { containers: MAX_CONTAINERS, files: MAX_UNPACKED, bytes: MAX_UNPACKED_BYTES };
  const levels = new Map<number, number>();
  let { text, html } = body;
  for (let index = 0; index < attachments.length; index += 1) {
    const attachment = attachments[index];
    const level = levels.get(index) ?? 0;
    if (!attachment) continue;
    const isWordless = level === 0 && !text?.trim() && !html?.trim();
    const opened = (isWordless ? signedBody(attachment) : null) ?? open(attachment, level, budget);
    if (opened.reading) attachments[index] = { ...attachment, reading: opened.reading };
    if (opened.body && isWordless) ({ text, html } = opened.body);
    for (const inner of opened.inside) {
      budget.files -= 1;
      budget.bytes -= inner.content.length;
      if (budget.files < 0 || budget.bytes < 0) break;
      levels.set(attachments.length, level + 1);
      attachments.push({ ...inner, inside: index });
    }
  }
  return { text, html, attachments };
}

interface Opened {
  readonly reading?: InboundAttachment['reading'];
  readonly inside: readonly InboundAttachment[];
  readonly body?: Pick<Body, 'text' | 'html'>;
}

const CLOSED: Opened = { inside: [] };

function open(attachment: InboundAttachment, level: number, budget: Budget): Opened {
  const { contentType, filename } = attachment;
  const content = Buffer.from(attachment.content.buffer, attachment.content.byteOffset, attachment.content.length);
  if (contentType === 'text/calendar' || contentType === 'application/ics' || /\.ics$/i.test(filename)) {
    const reading = readInvitation(content);
    return reading ? { reading, inside: [] } : CLOSED;
  }
  if (level >= MAX_LEVELS || budget.containers <= 0) return CLOSED;
  if (looksLikeTnef(contentType, content)) {
    budget.containers -= 1;
    const tnef = readTnef(content);
    return tnef ? { inside: tnef.attachments, body: tnef } : CLOSED;
  }
  const root = enclosedRoot(contentType, filename, content);
  if (!root) return CLOSED;
  budget.containers -= 1;
  return enclosed(root);
}

/** A mail that some programs sign has its words nowhere else. What is signed and no part of a mail (contract.pdf.p7m) stays the file it is. */
function signedBody({ contentType, filename, content }: InboundAttachment): Opened | null {
  if (!/^application\/(?:x-)?pkcs7-mime$/.test(contentType) && !/\.p7m$/i.test(filename)) return null;
  const signed = signedContent(Buffer.from(content.buffer, content.byteOffset, content.length));
  const part = signed && parseMime(signed);
  if (!part?.headers.has('content-type')) return null;
  const { attachments, ...body } = readBody(part);
  return { inside: attachments, body };
}

/** The message in a file that says it is one: by its type, or by its name and a header that only mail has. */
function enclosedRoot(contentType: string, filename: string, content: Buffer): MimePart | null {
  const isMessage = contentType === 'message/rfc822' || contentType === 'message/global';
  if (!isMessage && !(/\.eml$/i.test(filename) && /^(?:application\/octet-stream|text\/plain)$/.test(contentType))) return null;
  const root = parseMime(content);
  return root.headers.has('from') || root.headers.has('subject') || root.headers.has('date') ? root : null;
}

function enclosed(root: MimePart): Opened {
  const { text, html, attachments } = withoutUuencoded(readBody(root));
  const reading: EnclosedMessage = {
    kind: 'message',
    from: senderOf(root, undefined),
    to: addresses(root.headers, 'to'),
    cc: addresses(root.headers, 'cc'),
    subject: subjectOf(root),
    sentAt: dateOf(root),
    text,
    html,
  };
  return { reading, inside: attachments };
}
