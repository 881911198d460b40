import { domainToUnicode } from 'node:url';
import type { Pretence } from '../../../core/lib/authentication.ts';
import { domainOf, parseEmailAddress } from '../../../core/lib/email-address.ts';
import { mailboxes } from '../inbound/addresses.ts';
import { senderOf, UNKNOWN_SENDER } from '../inbound/letterhead.ts';
import type { Headers } from '../inbound/mime-header.ts';

/** Who the mail says it is from, read as the interpreter reads it for people. */
export interface Authors {
  /** The one domain of all authors; null when there is none or several. */
  readonly domain: string | null;
  /** Where From names nobody: the address that people see instead, of Sender or the envelope; null when there is none either. */
  readonly instead: string | null;
  readonly pretences: readonly Pretence[];
}

/**
 * RFC 5322 §3.6.2 allows one From field; several authors of one domain are as good as one (RFC 9989 §5.3.1). One that is found only inside an encoded
 * word is nobody's author to other programs. What people see and what is checked is the same, also without a From.
 */
export function authorsIn(headers: Headers, envelopeFrom: string | undefined): Authors {
  const written = mailboxes(headers, 'from').flatMap(({ address }) => parseEmailAddress(address) ?? []);
  const instead = written.length > 0 ? null : insteadOf(headers, envelopeFrom);
  const domains = new Set((instead === null ? written : [instead]).map(domainOf));
  const [only] = domains;
  const domain = domains.size === 1 && only !== undefined ? only : null;
  const isHidden = domain !== null && instead === null && !headers.all('from').some((value) => value.includes('@'));
  return {
    domain,
    instead,
    pretences: [
      ...(headers.all('from').length > 1 || domains.size > 1 || isHidden ? (['two_authors'] as const) : []),
      ...([...domains].some(isLookalike) ? (['lookalike'] as const) : []),
    ],
  };
}

function insteadOf(headers: Headers, envelopeFrom: string | undefined): string | null {
  const { address } = senderOf({ headers }, envelopeFrom);
  return address === UNKNOWN_SENDER ? null : address;
}

/** A label that mixes Latin letters with those of an alphabet whose letters look the same. */
const isLookalike = (domain: string): boolean =>
  domainToUnicode(domain)
    .split('.')
    .some((label) => /\p{Script=Latin}/u.test(label) && /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}]/u.test(label));
