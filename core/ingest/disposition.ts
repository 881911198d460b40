import type { InboxPolicy } from '../plugins/contract.ts';
import type { Verdict } from './verdict.ts';

/**
 * Why something is in spam: its score, a virus in it, its sender is blocked, its sender's domain disowns it, an agent said so, or its score came
 * after it had been received. Each has a sentence under `spam.reason.` in the locales.
 */
export const SPAM_REASONS = ['score', 'blocked', 'dmarc', 'agent', 'rescored', 'rule', 'virus'] as const;
export type SpamReason = (typeof SPAM_REASONS)[number];

/** What a judge notes about a sender on the list of blocked senders, in place of a filter's rules. */
export const BLOCKED_SENDER = 'BLOCKED_SENDER';

export interface Evidence {
  readonly policy: InboxPolicy | null;
  readonly verdict: Verdict;
  /** It holds a token or an id of ours: it answers something that we wrote. */
  readonly isProven: boolean;
}

/** Where a new message goes; null = the inbox. An answer to us is never hidden by its score or its domain: it joins, tagged. A virus is no answer, whatever it quotes. */
export function disposeOf({ policy, verdict, isProven }: Evidence): SpamReason | null {
  if (verdict.spam?.symbols.some(({ name }) => name === BLOCKED_SENDER)) return 'blocked';
  if (isHidden(policy, verdict)) return 'virus';
  if (!policy || isProven) return null;
  const { dmarc, arc } = verdict.authentication ?? {};
  // What a known forwarder vouches for was only changed on its way.
  const isDisowned = dmarc?.result === 'fail' && !arc?.trusted;
  // It could not be refused at the door: it was fetched, came to another inbox as well, or the door had no time to find out.
  const isToRefuse = policy.onDmarcFail === 'refuse' && dmarc?.policy === 'reject';
  if (isDisowned && (policy.onDmarcFail === 'spam' || isToRefuse)) return 'dmarc';
  return isSpamScore(policy, verdict) ? 'score' : null;
}

export const isSpamScore = (policy: InboxPolicy, { spam }: Verdict): boolean =>
  spam?.state === 'scored' && spam.score !== null && spam.score >= policy.spamScore;

/** Whether a virus was found and the inbox puts such a message into spam. */
export const isHidden = (policy: InboxPolicy | null, { virus }: Verdict): boolean =>
  virus?.state === 'infected' && policy?.onVirus === 'spam';
