import { mailboxes } from './addresses.ts';
import type { MimePart } from './mime.ts';
import { rawField } from './mime.ts';
import { decodeHeader } from './words.ts';

const PRECEDENCE = /^(?:bulk|junk|auto[_-]?reply)\b/i;
const LIST_FIELDS = ['list-id', 'list-unsubscribe', 'list-post', 'list-help', 'mailing-list', 'x-mailing-list', 'feedback-id'];
const ROBOT_FIELDS = ['x-autoreply', 'x-autorespond', 'x-autoresponder', 'x-auto-reply', 'x-failed-recipients', 'x-loop', 'x-bounce-id'];
const ROBOT_SENDERS =
  /^(?:mailer-daemon|mail-daemon|maildaemon|mailerdaemon|mail[ _]?delivery[ ._-]?(?:sub)?system|postmaster|majordomo|listserv|double-bounce)\b/i;
const BOUNCE_SUBJECT =
  /undeliver(?:able|ed)|non[- ]?deliver|delivery (?:status )?notification|delivery (?:has )?(?:failed|failure|problem|delayed|incomplete)|fail(?:ed|ure) (?:delivery|notice|in delivery)|mail (?:delivery )?(?:failed|failure|error)|returned? (?:mail|message|to sender)|message (?:delayed|status|not delivered)|could ?n[o']t be delivered|(?:has not been|not) delivered|rejected:|mail system error|niedostarcz|nie dostarczono|nie można dostarczyć|zwrot (?:wiadomości|poczty)|unzustellbar|配信|送信/i;
const AUTO_SUBJECT =
  /^(?:auto(?:matic)?[ :_-]*(?:reply|response|answer)|autoreply|auto:|automatyczna odpowied|odpowiedź automatyczna|out of (?:the )?office|poza biurem|abwesenheit)/i;

/** Who sent it as far as machines go. */
export interface Origin {
  /** RFC 3834: no automatic answer, no reopening. */
  readonly automated: boolean;
  /** Looks like a mail server's own notice about a delivery. */
  readonly fromMailSystem: boolean;
}

/** Decides from headers and envelope alone. A null sender (RFC 5321 §4.5.5) is a machine. */
export function originOf(root: MimePart, envelopeFrom: string | undefined): Origin {
  const { headers } = root;
  const isNullSender = envelopeFrom === '' || rawField(root, 'return-path') === '<>';
  const subject = decodeHeader(headers.first('subject') ?? Buffer.alloc(0));
  const senders = [...mailboxes(headers, 'from').slice(0, 3), { address: envelopeFrom ?? '', name: null }];
  const fromRobot = senders.some(({ address, name }) => ROBOT_SENDERS.test(address) || (name !== null && ROBOT_SENDERS.test(name)));
  const isReport = root.contentType === 'multipart/report' || root.params.has('report-type');
  // A subject alone proves nothing: customers, too, write about what was not delivered.
  const fromMailSystem = isReport || headers.has('x-failed-recipients') || ((isNullSender || fromRobot) && BOUNCE_SUBJECT.test(subject));
  const isMachine = fromMailSystem || isNullSender || fromRobot;
  return { fromMailSystem, automated: isMachine || AUTO_SUBJECT.test(subject) || saysAutomatic(root) };
}

function saysAutomatic(root: MimePart): boolean {
  const { headers } = root;
  const submitted = rawField(root, 'auto-submitted').toLowerCase();
  if (submitted !== '' && !/^no\b/.test(submitted)) return true;
  if (PRECEDENCE.test(rawField(root, 'precedence'))) return true;
  if (/\b(?:all|oof|autoreply)\b/i.test(rawField(root, 'x-auto-response-suppress'))) return true;
  return ROBOT_FIELDS.some((field) => headers.has(field)) || isFromList(root);
}

/** A newsletter or a list. An answer that merely passed through a group address is a person's. */
function isFromList(root: MimePart): boolean {
  const looksLikeList = /^list\b/i.test(rawField(root, 'precedence')) || LIST_FIELDS.some((field) => root.headers.has(field));
  return looksLikeList && !root.headers.has('in-reply-to');
}
