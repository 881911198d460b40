import { listAgents } from '../agents/list-agents.ts';
import { formatBytes } from '../http/format.ts';
import { type QuotaMailRenderer, quotaMail } from '../quota/mail.ts';
import { noticeLevels } from '../quota/watch.ts';
import { queueSystemMail } from '../system-mail/queue.ts';
import { systemSenders } from '../system-mail/send.ts';
import type { Channels } from './channels.ts';
import type { Foundation } from './foundation.ts';

interface Telling {
  readonly renderer: QuotaMailRenderer;
  readonly companyName: () => Promise<string>;
}

/** Every five minutes: a limit that reached its next level is written down and, by mail, told to every administrator. */
export function watchQuotas(
  { config, scope, keyring, schedule, log }: Foundation,
  channels: Channels,
  { renderer, companyName }: Telling,
): void {
  schedule.every('*/5 * * * *', 'storage limits', async () => {
    const quotas = await noticeLevels(scope);
    if (quotas.length === 0) return;
    log.warn('storage_tight', { limits: quotas.map(({ inboxId, percent }) => ({ inboxId, percent })) });
    const nameOfInbox = (id: number): string => channels.directory.all().find((one) => one.id === id)?.name ?? `#${id}`;
    const about = {
      quotas,
      nameOfInbox,
      sizeOf: formatBytes,
      link: new URL('/storage', config.publicUrl).href,
      companyName: await companyName(),
    };
    for (const agent of await listAgents(scope)) {
      if (agent.role !== 'administrator' || agent.status !== 'active') continue;
      await queueSystemMail(scope, keyring, () => systemSenders(channels).length > 0, quotaMail(renderer, { ...about, agent }));
    }
  });
}
