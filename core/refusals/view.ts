import type { InboxId } from '../lib/ids.ts';
import type { RefusalCount, RefusedMail } from './types.ts';

const SHOWN = 20;

/** What the balance page says of mail that was refused and so is in no number above it; null when there was none in these days. */
export function refusalsView(
  { counts, mails }: { readonly counts: readonly RefusalCount[]; readonly mails: readonly RefusedMail[] },
  nameOf: (id: InboxId) => string | null,
) {
  if (counts.length === 0) return null;
  return {
    n: counts.reduce((sum, { n }) => sum + n, 0),
    mails: mails.slice(0, SHOWN).map(({ inboxId, reason, senderDomain, mailFrom, remoteIp, refusedAt }) => ({
      inbox: nameOf(inboxId) ?? '',
      ...{ reason, senderDomain, mailFrom, remoteIp, refusedAt },
    })),
  };
}
