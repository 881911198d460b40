import { parseEmailAddress } from '../../../core/lib/email-address.ts';
import type { DeliveryReport } from '../../../core/plugins/contract.ts';
import { decodeText } from './charset.ts';
import type { MimePart } from './mime.ts';
import { rawField } from './mime.ts';
import { about, diagnosticOf, flatten, originalMessageId, statusIn } from './report.ts';

const READ_BYTES = 65_536;
const DELAYED =
  /\b(?:delayed|still being retried|will (?:be retried|keep trying|continue to try)|this is a warning message only|not yet been delivered)\b/i;

/**
 * Reads a mail server's notice that does not follow RFC 3464 (qmail, Exim, old gateways). Call it only for mail that looks like one.
 * Null when it says neither which mail came back nor for whom or why.
 */
export function plainBounce(root: MimePart, returnToken: string | null): DeliveryReport | null {
  const parts = flatten(root);
  const text = parts
    .filter(({ contentType, children }) => contentType === 'text/plain' && children.length === 0)
    .map((part) => decodeText(part.content().subarray(0, READ_BYTES), part.params.get('charset') ?? null))
    .join('\n')
    .slice(0, READ_BYTES);
  const externalId = originalMessageId(parts) ?? quotedMessageId(text);
  const notice = beforeTheCopy(text);
  const report: DeliveryReport = {
    kind: 'report',
    about: about(externalId, recipientIn(root, notice), returnToken),
    outcome: DELAYED.test(notice) ? 'deferred' : 'bounced',
    status: statusIn(notice),
    diagnostic: diagnosticOf(smtpReplyIn(notice) ?? ''),
  };
  return externalId !== null || returnToken !== null || (report.about.recipient !== null && isReasoned(report)) ? report : null;
}

/** It gives the words of a mail server. */
export const isReasoned = ({ status, diagnostic }: DeliveryReport): boolean => status !== null || diagnostic !== null;

const quotedMessageId = (text: string): string | null => /^[> \t]*Message-ID:\s*<([^<>\s]{3,900})>/im.exec(text)?.[1] ?? null;

/** The notice itself: what stands before the copy of the returned mail. */
function beforeTheCopy(text: string): string {
  const at = text.search(
    /^[ \t>]*(?:--.*(?:copy|original|returned|message header|unsent|below this line).*|Received: from .*|Return-Path: .*)$/im,
  );
  return at > 0 ? text.slice(0, at) : text;
}

function recipientIn(root: MimePart, notice: string): string | null {
  const failed = rawField(root, 'x-failed-recipients').split(',', 1)[0] ?? '';
  const named =
    /<([^<>\s@]{1,64}@[^<>\s]{1,255})>/.exec(notice)?.[1] ?? /^[ \t]*([^<>\s@:]{1,64}@[^<>\s:]{1,255}):?[ \t]*$/m.exec(notice)?.[1] ?? '';
  return parseEmailAddress(failed) ?? parseEmailAddress(named);
}

const smtpReplyIn = (notice: string): string | null => /\b[45]\d\d[ -]+(?:[45]\.\d+\.\d+[ -]+)?\S.{3,300}/.exec(notice)?.[0] ?? null;
