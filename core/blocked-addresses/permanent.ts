/**
 * Details of X.1 (addressing) and X.2 (mailbox) that say "this recipient gets no mail" (RFC 3463 §3.2, §3.3). Not among them: 1.5 valid,
 * 1.7 and 1.8 about the sender, 1.9 about a gateway, 2.2 full, 2.3 too long for it, 2.4 mailing list. X.3 to X.7 (5.3.4 too big, 5.4.1 no
 * route, 5.7.1 policy or our reputation) speak of systems, networks, content and us, never of the recipient.
 */
const RECIPIENT_IS_GONE = new Set(['1.0', '1.1', '1.2', '1.3', '1.4', '1.6', '1.10', '2.1']);

/** How servers without enhanced codes, or with one that says nothing (5.0.0), say so behind 550, 551 and 553 (RFC 5321 §4.2.3 gives the first). */
const WORDS = [
  'mailbox not found',
  'no such user',
  'no such mailbox',
  'user unknown',
  'unknown user',
  'unknown recipient',
  'recipient unknown',
  'user not found',
  'recipient not found',
  'mailbox does not exist',
  'address does not exist',
  'user does not exist',
  'no mailbox here by that name',
];

/** It is us whom the server does not know or like; Postfix says so to RCPT with 5.1.0, Exim with what it heard of our own server. */
const ABOUT_SENDER =
  /\bsender(?:'s)?(?: e-?mail)?(?: address| domain)?(?: is| was)? (?:rejected|refused|denied|unknown|invalid|not|verif)/i;

/** He has his mailbox, but no room or no time for this mail, or us on a list: some servers say so with a status of the unknown recipient. */
const ABOUT_NOW_OR_US =
  /\b(?:over ?quota|quota exceeded|mailbox (?:is )?full|receiving (?:e?mail|messages) (?:at a rate|too quickly)|spamhaus|spamcop|(?:black|block|deny)-?list(?:ed)?|dnsbl|rbl)\b/i;

/** Whether a refusal is about the recipient himself and for good, so that the address is blocked. Never for 4.x.x. */
export function isRecipientGone(enhancedStatus: string | null, reason: string | null): boolean {
  if (ABOUT_SENDER.test(reason ?? '') || ABOUT_NOW_OR_US.test(reason ?? '')) return false;
  const [kind, ...detail] = enhancedStatus?.split('.') ?? [];
  if (kind !== undefined && enhancedStatus !== '5.0.0') return kind === '5' && RECIPIENT_IS_GONE.has(detail.join('.'));
  const text = reason?.toLowerCase() ?? '';
  return /^55[013]\b/.test(text) && WORDS.some((words) => text.includes(words));
}
