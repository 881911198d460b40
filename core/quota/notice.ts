import type { Translate } from '../http/context.ts';
import type { Notice } from '../system-mail/notice.ts';
import type { Quota } from './types.ts';

/** Which limits are nearly or quite used up. `nameOfInbox` of those that are gone: a number. `sizeOf`: a number of bytes as people read it. */
export function quotaNotice(
  t: Translate,
  about: {
    readonly quotas: readonly Quota[];
    readonly nameOfInbox: (id: number) => string;
    readonly sizeOf: (bytes: number) => string;
    readonly link: string;
    readonly companyName: string;
  },
): Notice {
  const { quotas, sizeOf, link, companyName } = about;
  const isFull = quotas.some(({ percent }) => percent >= 100);
  return {
    heading: t(isFull ? 'quota.mail.full' : 'quota.mail.tight', { company: companyName || 'Centrala' }),
    lines: quotas.map(({ inboxId, percent, used, limit }) => {
      const name = inboxId === null ? t('quota.all') : about.nameOfInbox(inboxId);
      return t('quota.mail.line', { name, percent, used: sizeOf(used), limit: sizeOf(limit ?? 0) });
    }),
    help: t(isFull ? 'quota.mail.fullHelp' : 'quota.mail.tightHelp'),
    button: t('quota.mail.button'),
    link,
  };
}
