import { domainToASCII } from 'node:url';

declare const normalised: unique symbol;

/** An address in the one form we store and compare: trimmed, lower case, domain in ASCII (RFC 5890). */
export type EmailAddress = string & { readonly [normalised]: true };

export interface NamedAddress {
  readonly address: string;
  readonly name: string | null;
}

const LOCAL = /^[^\s"(),:;<>@[\\\]\p{Cc}]{1,64}$/u;

/** Normalises one address, or answers null when it is not one we would write to (RFC 5321 §4.1.2, dot-string form only). */
export function parseEmailAddress(text: unknown): EmailAddress | null {
  if (typeof text !== 'string' || text.length > 320) return null;
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  const local = trimmed.slice(0, at).toLowerCase();
  if (at < 1 || !LOCAL.test(local) || local.startsWith('.') || local.endsWith('.') || local.includes('..')) return null;
  const domain = domainToASCII(trimmed.slice(at + 1).replace(/\.$/, '')).toLowerCase();
  if (!/^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,62})(\.[a-z0-9]([a-z0-9-]{0,62}))*$/.test(domain)) return null;
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
