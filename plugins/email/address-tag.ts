import { type EmailAddress, parseEmailAddress, splitPlusTag } from '../../core/lib/email-address.ts';

/** RFC 5321 §4.5.3.1.1. */
const MAX_LOCAL_PART = 64;

/** A kind of plus tag of ours: `biuro+<prefix><token>@firma.pl`. */
export interface AddressTag {
  /** The inbox's address with the token in it, or null when it would not be a valid address that leads back. */
  readonly add: (inboxAddress: string, token: string) => EmailAddress | null;
  /** The token in one address, or null when it carries none of this kind. Says nothing about whether the token is genuine. */
  readonly find: (address: string) => string | null;
}

export function addressTag(prefix: string, tokens: RegExp): AddressTag {
  return {
    add: (inboxAddress, token) => {
      const at = inboxAddress.lastIndexOf('@');
      const local = inboxAddress.slice(0, at);
      if (at < 1 || local.includes('+') || !tokens.test(token)) return null;
      const tagged = `${local}+${prefix}${token}`;
      return tagged.length > MAX_LOCAL_PART ? null : parseEmailAddress(tagged + inboxAddress.slice(at));
    },
    find: (address) => {
      const parsed = parseEmailAddress(address);
      const tag = parsed && splitPlusTag(parsed).tag;
      const token = tag?.startsWith(prefix) ? tag.slice(prefix.length) : '';
      return tokens.test(token) ? token : null;
    },
  };
}
