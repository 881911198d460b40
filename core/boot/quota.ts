import { formatBytes } from '../http/format.ts';
import { quotaNotice } from '../quota/notice.ts';
import { noticeLevels } from '../quota/watch.ts';
import type { MailRenderer } from '../system-mail/notice.ts';
import type { Channels } from './channels.ts';
import type { Foundation } from './foundation.ts';
import { tellAdministrators } from './tell-administrators.ts';

interface Telling {
  readonly renderer: MailRenderer;
  readonly companyName: () => Promise<string>;
}

/** Every five minutes: a limit that reached its next level is written down and, by mail, told to every administrator. */
export function watchQuotas(foundation: Foundation, channels: Channels, { renderer, companyName }: Telling): void {
  const { scope, schedule, log } = foundation;
  schedule.every('*/5 * * * *', 'storage limits', async () => {
    const quotas = await noticeLevels(scope);
    if (quotas.length === 0) return;
    log.warn('storage_tight', { limits: quotas.map(({ inboxId, percent }) => ({ inboxId, percent })) });
    const nameOfInbox = (id: number): string => channels.directory.all().find((one) => one.id === id)?.name ?? `#${id}`;
    const company = await companyName();
    const about = { quotas, nameOfInbox, link: new URL('/storage', foundation.config.publicUrl).href, companyName: company };
    await tellAdministrators(foundation, channels, renderer, company, (t, language) =>
      quotaNotice(t, { ...about, sizeOf: (bytes) => formatBytes(bytes, language) }),
    );
  });
}
