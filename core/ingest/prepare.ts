import type { Blobs } from '../blobs/blobs.ts';
import { htmlToText } from '../lib/html-to-text.ts';
import { contentIdsIn } from '../lib/message-document.ts';
import { quotedHtmlStretches, withoutHtmlStretches } from '../lib/quoted-html.ts';
import { quotedStretches, withoutStretches } from '../lib/quoted-text.ts';
import type { SafeHtml } from '../lib/safe-html.ts';
import { sanitiseWithin } from '../lib/sanitise-html.ts';
import { bareSubject, storable } from '../lib/text.ts';
import { framedPictures } from '../messages/framed.ts';
import type { DeliveryReport, DomainReport, Inbound, InboundAttachment, InboundMessage } from '../plugins/contract.ts';
import { address, addresses, instant, line, visibleLine } from './bounded.ts';
import { prepareReading, type ReadingBudget } from './prepare-reading.ts';
import { safeContentType, safeFilename } from './safe-filename.ts';
import { saidText } from './said-text.ts';
import type { Interpreted, InterpretedDomainReport, InterpretedMessage, StoredAttachment } from './types.ts';

/** What is shown of one message; the original stays whole and can be downloaded. */
const MAX_TEXT_CHARS = 1_000_000;
/** What lists and notifications need at most. */
const MAX_OWN_CHARS = 2000;
const MAX_HTML_CHARS = 2_000_000;
/** Texts and HTML of all messages within one, together. */
const MAX_READING_CHARS = 4_000_000;
const MAX_REFERENCES = 100;
const MAX_ATTACHMENTS = 500;
const MAX_REPORT_ROWS = 2000;
const CUT_MARK = '\n\n[…]';

/** Core's own part of interpretation: everything bounded, storable and sanitised, attachments in the blob store. */
export async function prepareInbound(inbound: Inbound, blobs: Blobs): Promise<Interpreted> {
  if (inbound.kind === 'domain-report') return prepareDomainReport(inbound, blobs);
  return inbound.kind === 'report' ? prepareReport(inbound) : prepareMessage(inbound, blobs);
}

/** One that says more than can be kept, or has no place in time, is the message it came in. */
async function prepareDomainReport(report: DomainReport, blobs: Blobs): Promise<InterpretedDomainReport | InterpretedMessage> {
  const message = await prepareMessage(report.message, blobs);
  if (report.rows.length > MAX_REPORT_ROWS || instant(report.begin) === null || instant(report.end) === null) return message;
  return {
    ...report,
    organisation: line(report.organisation).slice(0, 255).toWellFormed(),
    reportId: line(report.reportId).slice(0, 255).toWellFormed(),
    domain: line(report.domain).slice(0, 253),
    rows: report.rows.map((row) => ({ ...row, headerFrom: line(row.headerFrom).slice(0, 253), vouchedBy: row.vouchedBy.map(line) })),
    message,
  };
}

function prepareReport(report: DeliveryReport): DeliveryReport {
  return {
    kind: 'report',
    about: {
      externalId: report.about.externalId === null ? null : line(report.about.externalId),
      recipient: report.about.recipient === null ? null : line(report.about.recipient),
      ...(report.about.passedOnTo === undefined ? {} : { passedOnTo: line(report.about.passedOnTo) }),
      ...(report.about.returnToken === undefined ? {} : { returnToken: line(report.about.returnToken) }),
    },
    outcome: report.outcome,
    status: report.status === null ? null : line(report.status).slice(0, 20),
    diagnostic: report.diagnostic === null ? null : storable(report.diagnostic).slice(0, 2000),
    ...(report.isHistory ? { isHistory: true as const } : {}),
  };
}

async function prepareMessage(message: InboundMessage, blobs: Blobs): Promise<InterpretedMessage> {
  const html = message.html === null ? null : sanitiseWithin(storable(message.html), MAX_HTML_CHARS);
  const text = cut(storable(saidText(message.text, html))).replaceAll('\r\n', '\n');
  const isAnswer = message.references.length > 0 || bareSubject(message.subject ?? '') !== (message.subject ?? '').trim();
  const folds = { text: quotedStretches(text, isAnswer), html: html === null ? [] : quotedHtmlStretches(html, isAnswer) };
  const own =
    html === null || folds.text.length > 0 ? withoutStretches(text, folds.text) : htmlToText(withoutHtmlStretches(html, folds.html));
  return {
    kind: 'message',
    externalId: message.externalId === null ? null : line(message.externalId),
    from: address(message.from),
    to: addresses(message.to),
    cc: addresses(message.cc),
    replyTo: addresses(message.replyTo),
    subject: message.subject === null ? null : visibleLine(message.subject) || null,
    text,
    html,
    folds,
    ownWords: own.slice(0, MAX_OWN_CHARS).toWellFormed(),
    attachments: await storeAttachments(message.attachments.slice(0, MAX_ATTACHMENTS), html, blobs),
    references: message.references.slice(0, MAX_REFERENCES).map(line),
    replyTokens: message.replyTokens.slice(0, MAX_REFERENCES).map(line),
    sentAt: instant(message.sentAt),
    automated: message.automated,
    ...(message.automated && message.machine ? { machine: message.machine } : {}),
    ...(message.arrivedAt && instant(message.arrivedAt) ? { arrivedAt: message.arrivedAt } : {}),
    ...(message.isHistory ? { isHistory: true as const } : {}),
    ...(message.isOwn ? { isOwn: true as const } : {}),
  };
}

async function storeAttachments(
  attachments: readonly InboundAttachment[],
  html: SafeHtml | null,
  blobs: Blobs,
): Promise<readonly StoredAttachment[]> {
  const stored = await blobs.putAll(attachments.map(({ content }) => content));
  const budget: ReadingBudget = { chars: MAX_READING_CHARS };
  const kept = attachments.flatMap((attachment, index) => {
    const blob = stored[index];
    if (!blob) return [];
    const { inside, reading } = attachment;
    const contentType = safeContentType(attachment.contentType);
    return {
      filename: safeFilename(storable(attachment.filename), contentType, index + 1),
      contentType,
      contentId: attachment.contentId === null ? null : line(attachment.contentId),
      inline: attachment.inline,
      bytes: blob.bytes,
      sha256: blob.sha256,
      ...(inside === undefined ? {} : { inside }),
      ...(reading === undefined ? {} : { reading: prepareReading(reading, budget) }),
    };
  });
  // What a stranger's HTML names is not yet shown: a link, a comment or what was cleaned away shows nothing.
  const shown = new Set([html, ...kept.map(htmlOf)].flatMap((one) => (one === null ? [] : [...contentIdsIn(one)])));
  const placed = kept.filter(({ contentId }) => contentId !== null && shown.has(contentId));
  const framed = new Set([...Map.groupBy(placed, ({ inside }) => inside).values()].flatMap(framedPictures));
  return kept.map((one) => (one.inline && !framed.has(one) ? { ...one, inline: false, contentId: null } : one));
}

const htmlOf = ({ reading }: Pick<StoredAttachment, 'reading'>): SafeHtml | null => (reading?.kind === 'message' ? reading.html : null);

const cut = (text: string): string => (text.length <= MAX_TEXT_CHARS ? text : `${text.slice(0, MAX_TEXT_CHARS).toWellFormed()}${CUT_MARK}`);
