import type { DeliveryReport } from '../../../core/plugins/contract.ts';
import { decodeText } from './charset.ts';
import type { MimePart } from './mime.ts';
import { references } from './references.ts';
import { about, diagnosticOf, failedIn, flatten, MAX_RECIPIENTS, originalMessageId, statusIn, usable } from './report.ts';

const READ_BYTES = 65_536;
const DELAYED =
  /\b(?:delayed|still being retried|will (?:be retried|keep trying|continue to try)|this is a warning message only|not yet been delivered)\b/i;

/**
 * Reads a mail server's notice that does not follow RFC 3464 (qmail, Exim, old gateways): a report for each recipient that it names. Call it
 * only for mail that looks like one. Empty when it says neither which mail came back nor for whom or why.
 */
export function plainBounces(root: MimePart, returnToken: string | null): readonly DeliveryReport[] {
  const parts = flatten(root);
  const text = parts
    .filter(({ contentType, children }) => contentType === 'text/plain' && children.length === 0)
    .map((part) => decodeText(part.content().subarray(0, READ_BYTES), part.params.get('charset') ?? null))
    .join('\n')
    .slice(0, READ_BYTES);
  const externalId = originalMessageId(parts) ?? quotedMessageId(text);
  // A mail system that says what happened to whom, and quotes nothing, still answers the mail it is about.
  const answered = externalId ?? references(root.headers)[0] ?? null;
  const notice = beforeTheCopy(text);
  const outcome = DELAYED.test(notice) ? 'deferred' : 'bounced';
  const recipients = recipientsIn(root, notice);
  const reports = (recipients.length === 0 ? [null] : recipients).map((recipient): DeliveryReport => {
    const words = wordsAbout(recipient, recipients, notice);
    const diagnostic = diagnosticOf(smtpReplyIn(words) ?? '');
    return { kind: 'report', about: about(answered, recipient, returnToken), outcome, status: statusIn(words), diagnostic };
  });
  return reports.filter((one) => externalId !== null || returnToken !== null || (one.about.recipient !== null && isReasoned(one)));
}

/** It gives the words of a mail server. */
export const isReasoned = ({ status, diagnostic }: DeliveryReport): boolean => status !== null || diagnostic !== null;

/** Lines of the head of the returned mail, in a notice that has no line known to us before its copy. */
const HEAD_LINES = /^[> \t]*(?:Message-ID|In-Reply-To|References|From|Sender|Reply-To|Return-Path):.*$/gim;

const quotedMessageId = (text: string): string | null => /^[> \t]*Message-ID:\s*<([^<>\s]{3,900})>/im.exec(text)?.[1] ?? null;

/** The notice itself: what stands before the copy of the returned mail. */
function beforeTheCopy(text: string): string {
  const at = text.search(
    /^[ \t>]*(?:--.*(?:copy|original|returned|message header|unsent|below this line).*|Received: from .*|Return-Path: .*)$/im,
  );
  return at > 0 ? text.slice(0, at) : text;
}

/** The field that says so, else the headings of qmail's paragraphs, else the first address that stands there. */
function recipientsIn(root: MimePart, whole: string): readonly string[] {
  const notice = whole.replace(HEAD_LINES, '');
  const headings = [...notice.matchAll(/^<([^<>\s@]{1,64}@[^<>\s]{1,255})>:/gm)].map(([, address = '']) => address);
  const named =
    /<([^<>\s@]{1,64}@[^<>\s]{1,255})>/.exec(notice)?.[1] ?? /^[ \t]*([^<>\s@:]{1,64}@[^<>\s:]{1,255}):?[ \t]*$/m.exec(notice)?.[1] ?? '';
  const found = [failedIn(root), usable(headings), usable([named])].find((list) => list.length > 0);
  return (found ?? []).slice(0, MAX_RECIPIENTS);
}

/** Of several recipients each has what stands between his address and the next one's. */
function wordsAbout(recipient: string | null, recipients: readonly string[], notice: string): string {
  if (recipient === null || recipients.length === 1) return notice;
  const text = notice.toLowerCase();
  const starts = recipients.map((one) => text.indexOf(one)).filter((at) => at !== -1);
  const start = text.indexOf(recipient);
  return start === -1 ? '' : notice.slice(start, Math.min(notice.length, ...starts.filter((at) => at > start)));
}

const smtpReplyIn = (notice: string): string | null => /\b[45]\d\d[ -]+(?:[45]\.\d+\.\d+[ -]+)?\S.{3,300}/.exec(notice)?.[0] ?? null;
