import type { Authentication } from '../lib/authentication.ts';
import { parseEmailAddress } from '../lib/email-address.ts';
import type { BareMessage } from '../messages/row.ts';

/** Addresses behind which nobody reads (RFC 2142 names, and what senders call them). */
const NOBODY =
  /^(?:no[._-]?reply|do[._-]?not[._-]?reply|nie[._-]?odpowiadaj|mailer-daemon|postmaster|hostmaster|abuse|root|bounces?|double-bounce|daemon|listserv|majordomo|notifications?|powiadomienia|newsletters?|automat|robot)(?:[+._-].*)?$|-(?:bounces?|request|owner|noreply)$/i;

/** Who a message is answered to by itself; null = nobody: a machine, a stranger, one of us, or a sender who may be forged. */
export function answerable(
  message: Pick<BareMessage, 'direction' | 'automated' | 'senderStatus' | 'from'>,
  isOurs: (address: string) => boolean,
  authentication: Authentication | null,
): string | null {
  if (message.direction !== 'inbound' || message.automated || message.senderStatus !== 'participant') return null;
  const address = parseEmailAddress(message.from.address);
  if (!address || address.endsWith('.invalid') || isOurs(address)) return null;
  if (NOBODY.test(address.slice(0, address.lastIndexOf('@')))) return null;
  return isForged(authentication) ? null : address;
}

/** The sender's own domain says that it was not him: our answer would go to somebody who never wrote. */
function isForged(authentication: Authentication | null): boolean {
  if (!authentication) return false;
  const { dmarc, spf } = authentication;
  return dmarc?.result === 'fail' || (dmarc?.result !== 'pass' && spf?.result === 'fail');
}
