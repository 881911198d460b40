import { parseEmailAddress, splitPlusTag } from '../lib/email-address.ts';
import { storable } from '../lib/text.ts';
import type { Identity, IdentityKind } from './types.ts';

const MAX_CHARS = 512;

/** The one form in which addresses from outside are compared: normalised when it is e-mail, else trimmed. Never raises. */
export function addressKey(address: string): string {
  return parseEmailAddress(address) ?? storable(address).trim().slice(0, MAX_CHARS);
}

/** The same without what follows a plus: inboxes of ours get their answers at addresses with a tag. */
export function untaggedKey(address: string): string {
  const parsed = parseEmailAddress(address);
  return parsed ? splitPlusTag(parsed).base : addressKey(address);
}

/** The identity behind an address on a channel; one that cannot be read is kept as it is, as `opaque`. */
export function identityOf(kind: IdentityKind, address: string): Identity {
  if (kind === 'email') {
    const parsed = parseEmailAddress(address);
    return parsed ? { kind, address: parsed } : { kind: 'opaque', address: addressKey(address) };
  }
  return { kind, address: storable(address).trim().slice(0, MAX_CHARS) };
}
