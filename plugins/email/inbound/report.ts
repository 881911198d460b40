import { type EmailAddress, parseEmailAddress } from '../../../core/lib/email-address.ts';
import { storable } from '../../../core/lib/text.ts';
import type { DeliveryReport } from '../../../core/plugins/contract.ts';
import { type MimePart, rawField } from './mime.ts';
import type { Headers } from './mime-header.ts';
import { readHeaders } from './mime-header.ts';
import { type Paragraph, paragraphsIn } from './notice.ts';
import { messageId } from './references.ts';
import { rejectionIn } from './rejection.ts';
import { decodeHeader } from './words.ts';

/** Of one report. */
export const MAX_RECIPIENTS = 100;
const MAX_DIAGNOSTIC_CHARS = 1000;
const OUTCOMES: Readonly<Record<string, DeliveryReport['outcome']>> = {
  failed: 'bounced',
  delayed: 'deferred',
  delivered: 'delivered',
  relayed: 'noted',
  expanded: 'noted',
};
/** RFC 5965 §7.3, RFC 6430: what a recipient said with a button. Other feedback is for people to read. */
const COMPLAINTS = /^(?:abuse|fraud|virus|opt-out|other)\b/i;

/**
 * Reports in a multipart/report (RFC 3464, 5965, 6522, 8098), one for each recipient. They may name no message of ours: then it is core
 * that says so. Empty when there is nothing in it that a machine can read.
 */
export function standardReports(root: MimePart, returnToken: string | null = null): readonly DeliveryReport[] {
  const parts = flatten(root);
  const find = (type: string) => parts.find(({ contentType }) => contentType.replace('/global-', '/') === `message/${type}`);
  const status = find('delivery-status');
  if (status)
    return deliveryReports(status, originalMessageId(parts), { returnToken, failed: failedIn(root), paragraphs: paragraphsIn(root) });
  const disposition = find('disposition-notification');
  if (disposition) return readReceipt(disposition, rejectionIn(root), returnToken);
  const feedback = find('feedback-report');
  return feedback ? complaint(feedback, originalMessageId(parts), returnToken) : [];
}

interface Known {
  readonly returnToken: string | null;
  /** Whom the field of the whole mail names. */
  readonly failed: readonly string[];
  readonly paragraphs: readonly Paragraph[];
}

function deliveryReports(
  status: MimePart,
  externalId: string | null,
  { returnToken, failed, paragraphs }: Known,
): readonly DeliveryReport[] {
  const reports: DeliveryReport[] = [];
  for (const fields of fieldGroups(status.content())) {
    const outcome = OUTCOMES[firstWord(fieldText(fields, 'action'))];
    if (!outcome || reports.length === MAX_RECIPIENTS) continue;
    const final = typedAddress(fields, 'final-recipient');
    const recipient = typedAddress(fields, 'original-recipient') ?? final;
    const said = paragraphs.find(({ address, generatedFrom }) => usable([generatedFrom ?? address]).some((one) => one === recipient));
    // Exim calls final whom the mail was for, and names in its words and the field alone where it went from there.
    const others = said?.generatedFrom ? [said.address] : failed.includes(recipient ?? '') ? [] : failed;
    const passedOnTo = [final, ...others].find((one) => one !== null && one !== recipient);
    reports.push({
      kind: 'report',
      about: { ...about(externalId, recipient, returnToken), ...(passedOnTo ? { passedOnTo } : {}) },
      outcome,
      status: exactStatus(statusIn(fieldText(fields, 'status')), fieldText(fields, 'diagnostic-code')),
      diagnostic: diagnosticOf(fieldText(fields, 'diagnostic-code')) ?? diagnosticOf(`text; ${said?.words ?? ''}`),
    });
  }
  const news = reports.filter(({ outcome }) => outcome !== 'noted');
  return news.length > 0 ? news : reports.slice(0, 1);
}

/** What Exim and others write on top: the addresses that failed. */
export const failedIn = (root: MimePart): readonly string[] => usable(rawField(root, 'x-failed-recipients').split(','));

export const usable = (addresses: readonly string[]): readonly EmailAddress[] => [
  ...new Set(addresses.map(parseEmailAddress).filter((one) => one !== null)),
];

/**
 * The status behind the reply code that is quoted: what the other server itself said. Exim reports 5.0.0 whatever that was, Sendmail 5.1.1
 * for every refused recipient. Else the report's own.
 */
function exactStatus(status: string | null, diagnostic: string): string | null {
  const said = /(?<![\d.])[45]\d\d[ -]+["'(#<]*([45]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(diagnostic)?.[1];
  return said !== undefined && (status === null || said[0] === status[0]) ? said : status;
}

const firstWord = (text: string): string => text.toLowerCase().split(/[\s(;]/, 1)[0] ?? '';

/** RFC 8098 §3.2: only "displayed" says that someone saw it. `rejection`: the words by which it came back. */
function readReceipt(part: MimePart, rejection: string | null, returnToken: string | null): readonly DeliveryReport[] {
  for (const fields of fieldGroups(part.content())) {
    const disposition = fieldText(fields, 'disposition');
    if (disposition === '') continue;
    const externalId = fieldText(fields, 'original-message-id').replace(/[<>\s]/g, '') || null;
    const recipient = typedAddress(fields, 'original-recipient') ?? typedAddress(fields, 'final-recipient');
    const isRead = /;\s*displayed\b/i.test(disposition);
    if (!isRead && rejection !== null) {
      const diagnostic = diagnosticOf(rejection);
      return [{ kind: 'report', about: about(externalId, recipient, returnToken), outcome: 'bounced', status: null, diagnostic }];
    }
    const outcome = isRead ? 'read' : 'noted';
    return [{ kind: 'report', about: { externalId, recipient }, outcome, status: null, diagnostic: null }];
  }
  return [];
}

function complaint(part: MimePart, externalId: string | null, returnToken: string | null): readonly DeliveryReport[] {
  const [fields] = fieldGroups(part.content());
  if (!fields || !COMPLAINTS.test(fieldText(fields, 'feedback-type'))) return [];
  const recipient = typedAddress(fields, 'original-rcpt-to') ?? typedAddress(fields, 'removal-recipient');
  return [{ kind: 'report', about: about(externalId, recipient, returnToken), outcome: 'complained', status: null, diagnostic: null }];
}

/** Message-ID of the message that came back, whole or as headers; null when neither is there. */
export function originalMessageId(parts: readonly MimePart[]): string | null {
  for (const part of parts) {
    if (!/^(?:message\/(?:rfc822|global|global-headers)|text\/rfc822-headers)$/.test(part.contentType)) continue;
    const id = messageId(readHeaders(withoutLeadingLineEnds(part.content())).headers);
    if (id !== null) return id;
  }
  return null;
}

/** What a report is about, the token of its return address included when it came to one. */
export const about = (externalId: string | null, recipient: string | null, returnToken: string | null): DeliveryReport['about'] => ({
  externalId,
  recipient,
  ...(returnToken === null ? {} : { returnToken }),
});

/** All parts, the tree in reading order. */
export function flatten(part: MimePart): readonly MimePart[] {
  return [part, ...part.children.flatMap(flatten)];
}

/** "5.1.1" in a Status field or a diagnostic (RFC 3463), or null. */
export const statusIn = (text: string): string | null => /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])/.exec(text)?.[0] ?? null;

/** Without the leading "smtp;" type, on one line. */
export function diagnosticOf(text: string): string | null {
  const line = storable(text)
    .replace(/^\s*[a-z0-9-]+\s*;\s*/i, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_DIAGNOSTIC_CHARS)
    .toWellFormed();
  return line === '' ? null : line;
}

/** Groups of fields separated by blank lines (RFC 3464 §2.1). */
function* fieldGroups(content: Buffer): Generator<Headers> {
  let rest = withoutLeadingLineEnds(content);
  for (let groups = 0; rest.length > 0 && groups <= MAX_RECIPIENTS; groups += 1) {
    const { headers, bodyStart } = readHeaders(rest);
    if (bodyStart === 0) return;
    yield headers;
    rest = withoutLeadingLineEnds(rest.subarray(bodyStart));
  }
}

function withoutLeadingLineEnds(bytes: Buffer): Buffer {
  let start = 0;
  while (bytes[start] === 0x0a || bytes[start] === 0x0d) start += 1;
  return bytes.subarray(start);
}

const fieldText = (fields: Headers, name: string): string => {
  const value = fields.first(name);
  return value ? decodeHeader(value) : '';
};

/** "rfc822; user@example.com" (RFC 3464 §2.3.2); null when it is no e-mail address. */
function typedAddress(fields: Headers, name: string): string | null {
  return parseEmailAddress(
    fieldText(fields, name)
      .replace(/^[^;]*;/, '')
      .trim()
      .replace(/^<|>$/g, ''),
  );
}
