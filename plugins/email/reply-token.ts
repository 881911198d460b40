import { type EmailAddress, parseEmailAddress, splitPlusTag } from '../../core/lib/email-address.ts';

/** What marks our own plus tag: `biuro+r.<token>@firma.pl`. */
const PREFIX = 'r.';
const TOKEN = /^[a-z0-9]{8,56}$/;
/** RFC 5321 §4.5.3.1.1. */
const MAX_LOCAL_PART = 64;

/** The inbox's address with the token in it, or null when it would not be a valid address that leads back. */
export function withReplyToken(inboxAddress: string, token: string): EmailAddress | null {
  const at = inboxAddress.lastIndexOf('@');
  const local = inboxAddress.slice(0, at);
  if (at < 1 || local.includes('+') || !TOKEN.test(token)) return null;
  const tagged = `${local}+${PREFIX}${token}`;
  return tagged.length > MAX_LOCAL_PART ? null : parseEmailAddress(tagged + inboxAddress.slice(at));
}

/** The token in one address, or null when it carries none of ours. Says nothing about whether the token is genuine. */
export function replyTokenIn(address: string): string | null {
  const parsed = parseEmailAddress(address);
  const tag = parsed && splitPlusTag(parsed).tag;
  const token = tag?.startsWith(PREFIX) ? tag.slice(PREFIX.length) : '';
  return TOKEN.test(token) ? token : null;
}
