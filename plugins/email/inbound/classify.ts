import type { Machine } from '../../../core/plugins/contract.ts';
import { mailboxes } from './addresses.ts';
import type { MimePart } from './mime.ts';
import { rawField } from './mime.ts';
import { decodeHeader } from './words.ts';

const LIST_FIELDS = ['list-post', 'mailing-list', 'x-mailing-list'];
/** Not Feedback-ID: services that carry mail (Amazon SES, Fastmail, QQ) put it on what a person or a form wrote as well. */
const BULK_FIELDS = ['list-id', 'list-unsubscribe', 'list-help'];
const REPLY_FIELDS = ['x-autoreply', 'x-autorespond', 'x-autoresponder', 'x-auto-reply'];
const ROBOT_FIELDS = ['x-failed-recipients', 'x-loop', 'x-bounce-id'];
const ROBOT_SENDERS =
  /^(?:mailer-daemon|mail-daemon|maildaemon|mailerdaemon|mail[ _]?delivery[ ._-]?(?:sub)?system|postmaster|majordomo|listserv|double-bounce)\b/i;
const BOUNCE_SUBJECT =
  /undeliver(?:able|ed)|non[- ]?deliver|delivery (?:status )?notification|delivery (?:has )?(?:failed|failure|problem|delayed|incomplete)|fail(?:ed|ure) (?:delivery|notice|in delivery)|mail (?:delivery )?(?:failed|failure|error)|returned? (?:mail|message|to sender)|message (?:\S+ )?(?:delayed|status|not delivered)|could ?n[o']t be delivered|(?:has not been|not) delivered|rejected:|mail system error|niedostarcz|nie dostarczono|nie można dostarczyć|zwrot (?:wiadomości|poczty)|unzustellbar|配信|送信/i;
const AUTO_SUBJECT =
  /^[[(]?(?:autoresponder[\])]?:|nieobecn(?:o[śs][ćc]|y|a) w biurze|automatische (?:antwort|r[üu]ckantwort|r[üu]ckmeldung|reactie)|automatisch antwoord|réponse automatique|respuesta automática|resposta automática|risposta automatica|automatick[áé] odpově|automatiskt? svar|автоответ|ooo:|(?:i(?: a|['’])m )?(?:currently )?out of (?:the )?office|out-of-(?:the-)?office\b|poza biurem|abwesenheit)/iu;

/** What machines call their answers, and people who ask about such answers: these go on in words, unless it is from whom, or on which mail. */
const NAMED_SUBJECT =
  /^[[(]?(?:auto(?:matic)?[ :_-]*(?:reply|response|answer)|auto-?odpowied[źz]|automatyczna odpowied[źz]|odpowied[zź] automatyczna)(?!\p{L})(?<inWords> +(?!(?:from|od|re|odp|aw|fwd?|pd)\b)\p{L})?/iu;

/** What Lotus Notes calls its answers; the word alone is a car. */
const NOTES_SUBJECT =
  /^auto: *(?:(?:re|fwd?|odp|pd|aw|wg): |.{0,150}(?:out of (?:the )?office|returning|absent|poza biurem|nieobecn|wraca|powr[oó]t|abwesend|au(?:ß|ss)er haus|r[üu]ckkehr))/iu;

/** What a person begins a mail with as well: only on what answers a mail under a subject of its own. */
const ABSENCE_SUBJECT =
  /^(?:autoresponder(?:$| - )|(?:jestem |i(?: a|['’])m )?(?:nieobecn(?:o[śs][ćc]|[ya])(?=$|:| - | do | od | w pracy| \d)|na urlopie|away from|on (?:vacation|holiday|leave)\b|nie ma mnie w (?:biurze|pracy)|vacation (?:reply|response|message)\b|abwesend(?=$| ?[:-])|(?:ich bin )?nicht im b[üu]ro(?=$| ?[:-])))/iu;

/** With the name of who is away, as a whole. */
const SOMEBODY_AWAY =
  /^(?!(?:re|odp|aw|fwd?|pd|wg):)[^?]{2,80} (?:is (?:currently )?out of (?:the )?office|ist (?:derzeit )?au(?:ß|ss)er haus|(?:jest|przebywa) poza biurem|jest nieobecn[ya])\.?(?: \([^()]{3,60}\))?$/iu;

/** Who sent it as far as machines go. */
export interface Origin {
  /** RFC 3834: nobody waits, and nothing answers it by itself. */
  readonly automated: boolean;
  /** What kind of machine; null = a person. */
  readonly machine: Machine | null;
  /** Looks like a mail server's own notice about a delivery. */
  readonly fromMailSystem: boolean;
}

/** Decides from headers and envelope alone. A null sender (RFC 5321 §4.5.5) is a machine. `ownAddress`: where the mail came to. */
export function originOf(root: MimePart, envelopeFrom: string | undefined, ownAddress = ''): Origin {
  const { headers } = root;
  const isNullSender = envelopeFrom === '' || rawField(root, 'return-path') === '<>';
  const subject = decodeHeader(headers.first('subject') ?? Buffer.alloc(0));
  const senders = [...mailboxes(headers, 'from').slice(0, 3), { address: envelopeFrom ?? '', name: null }];
  const fromRobot = senders.some(({ address, name }) => ROBOT_SENDERS.test(address) || (name !== null && ROBOT_SENDERS.test(name)));
  const reported = reportKind(root, isNullSender || fromRobot);
  // A subject alone proves nothing: customers, too, write about what was not delivered.
  const fromMailSystem =
    reported !== null || headers.has('x-failed-recipients') || ((isNullSender || fromRobot) && BOUNCE_SUBJECT.test(subject));
  const machine =
    reported ??
    (fromMailSystem ? 'delivery' : null) ??
    (isAutoReply(root, subject) ? 'auto-reply' : null) ??
    mailing(root, ownAddress) ??
    (isNullSender ? unnamedMachine(root) : null) ??
    (fromRobot || saysAutomatic(root) ? 'notification' : null);
  return { fromMailSystem, machine, automated: machine !== null };
}

/** What a multipart/report (RFC 6522) is about, or what a machine sent that only has its parts; null when it is none. */
function reportKind(root: MimePart, fromMachine: boolean): Machine | null {
  const hasStatus = fromMachine && root.children.some(({ contentType }) => contentType === 'message/delivery-status');
  if (root.contentType !== 'multipart/report' && !root.params.has('report-type') && !hasStatus) return null;
  const type = root.params.get('report-type')?.toLowerCase() ?? '';
  const holds = (pattern: RegExp): boolean => pattern.test(type) || root.children.some(({ contentType }) => pattern.test(contentType));
  if (holds(/disposition-notification$/)) return 'disposition';
  return holds(/feedback-report$/) ? 'feedback' : 'delivery';
}

const isAnswer = ({ headers }: MimePart): boolean => headers.has('in-reply-to') || headers.has('references');

function isNamedReply(root: MimePart, subject: string): boolean {
  const found = NAMED_SUBJECT.exec(subject);
  return found !== null && (found.groups?.['inWords'] === undefined || isAnswer(root));
}

function isAutoReply(root: MimePart, subject: string): boolean {
  return (
    /^auto-(?:replied|notified)\b/i.test(rawField(root, 'auto-submitted')) ||
    /^auto[_-]?reply\b/i.test(rawField(root, 'precedence')) ||
    REPLY_FIELDS.some((field) => root.headers.has(field)) ||
    AUTO_SUBJECT.test(subject) ||
    isNamedReply(root, subject) ||
    NOTES_SUBJECT.test(subject) ||
    (isAnswer(root) && (ABSENCE_SUBJECT.test(subject) || SOMEBODY_AWAY.test(subject)))
  );
}

function saysAutomatic(root: MimePart): boolean {
  const submitted = rawField(root, 'auto-submitted').toLowerCase();
  if (submitted !== '' && !/^no\b/.test(submitted)) return true;
  if (/\b(?:all|oof|autoreply)\b/i.test(rawField(root, 'x-auto-response-suppress'))) return true;
  return ROBOT_FIELDS.some((field) => root.headers.has(field));
}

/** With nothing but a null sender to tell it by: an answer is an answering machine's, anything else a notice. */
const unnamedMachine = (root: MimePart): Machine => (isAnswer(root) ? 'auto-reply' : 'notification');

/** A list that people write to, or a newsletter. An answer that merely passed through a group address is a person's. */
function mailing(root: MimePart, ownAddress: string): Machine | null {
  const { headers } = root;
  const precedence = rawField(root, 'precedence');
  if (/^(?:bulk|junk)\b/i.test(precedence)) return headers.has('list-post') ? 'list' : 'bulk';
  if (headers.has('in-reply-to') || isOwnGroup(root, ownAddress)) return null;
  if (/^list\b/i.test(precedence) || LIST_FIELDS.some((field) => headers.has(field))) return 'list';
  return BULK_FIELDS.some((field) => headers.has(field)) ? 'bulk' : null;
}

/** The inbox's own address is often a group at the mail provider, which adds its List-Id (RFC 2919): people write to it as to any address. */
function isOwnGroup(root: MimePart, ownAddress: string): boolean {
  const id = /<([^<>]+)>\s*$/.exec(rawField(root, 'list-id'))?.[1]?.toLowerCase() ?? '';
  return ownAddress !== '' && id === ownAddress.replace('@', '.');
}
