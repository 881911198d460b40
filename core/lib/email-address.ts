import { domainToASCII } from 'node:url';

declare const normalised: unique symbol;

/** An address in the one form we store and compare: trimmed, lower case, domain in ASCII (RFC 5890). */
export type EmailAddress = string & { readonly [normalised]: true };

export interface NamedAddress {
  readonly address: string;
  readonly name: string | null;
}

/** Letters that cannot be seen would make two addresses look the same; the two joiners are part of some scripts. */
const LOCAL = /^(?:[^\s"(),:;<>@[\\\]\p{Cc}\p{Cf}]|\u200c|\u200d){1,64}$/u;
/** What `domainToASCII` would cut off or decode as parts of a URL: everything of ASCII that no name of a host has. */
const NOT_IN_DOMAIN = /[^a-z0-9.\-\u0080-\u{10ffff}]/iu;
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** The last label is no number: `1.1` and `0x7f.1` are addresses of machines. */
const DOMAIN = new RegExp(`^(?=.{1,253}$)(?:${LABEL}\\.)*(?!\\d+$)${LABEL}$`);

/** Normalises one address, or answers null when it is not one we would write to (RFC 5321 §4.1.2, dot-string form only). */
export function parseEmailAddress(text: unknown): EmailAddress | null {
  if (typeof text !== 'string' || text.length > 320) return null;
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  const local = trimmed.slice(0, at).normalize('NFC').toLowerCase();
  if (at < 1 || !LOCAL.test(local) || local.startsWith('.') || local.endsWith('.') || local.includes('..')) return null;
  const written = trimmed.slice(at + 1).replace(/\.$/, '');
  const domain = NOT_IN_DOMAIN.test(written) ? '' : domainToASCII(written).toLowerCase();
  if (!DOMAIN.test(domain)) return null;
  return `${local}@${domain}` as EmailAddress;
}

/** Splits `user+tag@domain` into the address without the tag and the tag (null when there is none). */
export function splitPlusTag(address: EmailAddress): { base: EmailAddress; tag: string | null } {
  const at = address.lastIndexOf('@');
  const plus = address.indexOf('+');
  if (plus < 1 || plus > at) return { base: address, tag: null };
  return { base: (address.slice(0, plus) + address.slice(at)) as EmailAddress, tag: address.slice(plus + 1, at) };
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
