import type { DeliveryReport, InboundMessage, Interpret, InterpretInput, Machine } from '../../../core/plugins/contract.ts';
import { domainReportIn } from '../domain-report/find.ts';
import { replyTokenIn } from '../reply-token.ts';
import { returnTokenIn } from '../return-token.ts';
import { addresses, mailboxes } from './addresses.ts';
import { readBody } from './body.ts';
import { isReasoned, plainBounces } from './bounce.ts';
import { type Origin, originOf } from './classify.ts';
import { fetchedFacts, leftBehind } from './fetched.ts';
import { dateOf, senderOf, subjectOf } from './letterhead.ts';
import { type MimePart, parseMime, rawField } from './mime.ts';
import { messageId, references } from './references.ts';
import { standardReports } from './report.ts';
import { unpacked } from './unpack.ts';

/** Fields that say where a mail was sent to, by its writer and by the servers that passed it on. */
const ADDRESSED = [
  'to',
  'cc',
  'bcc',
  'delivered-to',
  'x-original-to',
  'envelope-to',
  'x-envelope-to',
  'x-delivered-to',
  'x-forwarded-to',
  'resent-to',
  'resent-cc',
  'apparently-to',
];

/** Turns the bytes of one mail into a message or into reports on mail of ours. Everything that has bytes can be read; it never throws for bad content. */
const interpret: Interpret = async (input) => {
  const root = parseMime(await readAll(input));
  const origin = originOf(root, input.envelope['mailFrom'], input.inbox.address);
  const returnToken = tokensIn(root, input.envelope['rcptTo'], returnTokenIn)[0] ?? null;
  const domainReport = await domainReportIn(root, origin);
  if (domainReport) return [{ ...domainReport, message: messageOf(root, input, origin.machine) }];
  const reports = origin.fromMailSystem ? reportsIn(root, origin, returnToken) : returned(root, origin, returnToken);
  const old = input.envelope['history'] ? { isHistory: true as const } : {};
  return reports.length > 0 ? reports.map((report) => ({ ...report, ...old })) : [messageOf(root, input, origin.machine)];
};

export default interpret;

function reportsIn(root: MimePart, { machine }: Origin, returnToken: string | null): readonly DeliveryReport[] {
  const standard = standardReports(root, returnToken);
  if (standard.length > 0 || machine === 'feedback' || machine === 'disposition') return standard;
  return plainBounces(root, returnToken).filter((bounce) => root.contentType !== 'multipart/report' || isReasoned(bounce));
}

/** A machine wrote to a return address, which automatic answers do too: it is a bounce when it gives an enhanced status (RFC 3463). */
function returned(root: MimePart, { automated }: Origin, returnToken: string | null): readonly DeliveryReport[] {
  if (returnToken === null || !automated || /^auto-(?:replied|generated)/i.test(rawField(root, 'auto-submitted'))) return [];
  return plainBounces(root, returnToken).filter(({ status }) => status?.startsWith('2.') === false);
}

function messageOf(root: MimePart, input: InterpretInput, machine: Machine | null): InboundMessage {
  const { headers } = root;
  const people = {
    from: senderOf(root, input.envelope['mailFrom']),
    to: addresses(headers, 'to'),
    cc: addresses(headers, 'cc'),
    replyTo: addresses(headers, 'reply-to'),
  };
  const left = leftBehind(input);
  return {
    kind: 'message',
    externalId: messageId(headers),
    ...people,
    subject: subjectOf(root),
    ...(left === null ? unpacked(readBody(root)) : { text: left, html: null, attachments: [] }),
    references: references(headers),
    replyTokens: tokensIn(root, input.envelope['rcptTo'], replyTokenIn),
    sentAt: dateOf(root),
    automated: machine !== null,
    ...(machine ? { machine } : {}),
    ...fetchedFacts(input, people),
  };
}

/** From the envelope first: that address is what the sender's server was really given. */
function tokensIn(root: MimePart, rcptTo: string | undefined, find: (address: string) => string | null): readonly string[] {
  const visible = ADDRESSED.flatMap((field) => mailboxes(root.headers, field).map(({ address }) => address));
  const tokens = [...envelopeRecipients(rcptTo), ...visible].map(find);
  return [...new Set(tokens.filter((token) => token !== null))];
}

function envelopeRecipients(rcptTo: string | undefined): readonly string[] {
  if (!rcptTo) return [];
  const parsed: unknown = JSON.parse(rcptTo);
  return Array.isArray(parsed) ? parsed.filter((one) => typeof one === 'string') : [];
}

/** The whole message in one buffer of its own size: parts are views on it, only decoded attachments cost more. */
async function readAll(input: InterpretInput): Promise<Buffer> {
  let whole: Buffer | null = null;
  let length = 0;
  for await (const chunk of input.open()) {
    // It came in one piece: of a large one there need not be two. To the end, because leaving a stream before it costs an error.
    if (length === 0 && chunk.length === input.bytes) whole = chunk;
    else {
      whole ??= Buffer.allocUnsafe(input.bytes);
      whole.set(chunk, length);
    }
    length += chunk.length;
  }
  return whole?.subarray(0, length) ?? Buffer.alloc(0);
}
