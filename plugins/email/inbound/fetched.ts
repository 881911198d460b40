import { readFileSync } from 'node:fs';
import { type NamedAddress, parseEmailAddress, splitPlusTag } from '../../../core/lib/email-address.ts';
import type { InboundMessage, InterpretInput } from '../../../core/plugins/contract.ts';

type Facts = Pick<InboundMessage, 'arrivedAt' | 'isHistory' | 'isOwn'>;
type Addressed = Pick<InboundMessage, 'from' | 'to' | 'cc' | 'replyTo'>;

/**
 * What is known of a mail because it was fetched from an account (mailbox/fetch-group.ts writes the envelope) or taken over from an archive
 * (core/imports); nothing of other mail.
 */
export function fetchedFacts({ envelope, inbox }: InterpretInput, { from, to, cc, replyTo }: Addressed): Facts {
  if (envelope['source'] !== 'imap' && envelope['source'] !== 'import') return {};
  const arrivedAt = new Date(envelope['arrivedAt'] ?? '');
  const own = addressOf(inbox.address);
  const isUs = ({ address }: NamedAddress): boolean => addressOf(address) === own;
  const isFromUs = isUs(from);
  const recipients = [...to, ...cc];
  const isToUs = recipients.some(isUs);
  // The server files what a form sends by the account as it files what its owner sends.
  const isForm = isFromUs && isToUs && recipients.every(isUs) && replyTo.some((one) => !isUs(one));
  // In the inbox anybody, and every form on a website, may write in our name; only what its owner put elsewhere is his.
  const isKept = envelope['role'] === 'archive' || envelope['role'] === 'other';
  return {
    ...(Number.isNaN(arrivedAt.getTime()) ? {} : { arrivedAt }),
    ...(envelope['history'] ? { isHistory: true } : {}),
    ...((envelope['role'] === 'sent' && !isForm) || (isKept && isFromUs && !isToUs) ? { isOwn: true } : {}),
  };
}

function addressOf(text: string): string {
  const parsed = parseEmailAddress(text);
  return parsed ? splitPlusTag(parsed).base : text.toLowerCase();
}

const KEY = 'left_behind';

/** Only the head of a mail was fetched, because the whole is too large: says so in both languages, since nobody knows yet who will read it. */
export function leftBehind({ envelope }: InterpretInput): string | null {
  const bytes = Number(envelope['leftBytes']);
  if (!(bytes > 0)) return null;
  const megabytes = String(Math.max(1, Math.round(bytes / 1_000_000)));
  return ['pl', 'en'].map((language) => textIn(language).replace('{megabytes}', megabytes)).join('\n\n');
}

function textIn(language: string): string {
  const texts: { readonly problems: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(new URL(`../locales/${language}.json`, import.meta.url), 'utf8'),
  );
  return texts.problems[KEY] ?? '';
}
