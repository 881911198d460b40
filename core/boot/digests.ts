import { existingAgent } from '../agents/edit-agent.ts';
import { digestNotice, sendDigests } from '../notifications/digest.ts';
import { readGeneral } from '../settings/general.ts';
import { type MailRenderer, noticeMail } from '../system-mail/notice.ts';
import { queueSystemMail } from '../system-mail/queue.ts';
import { systemSenders } from '../system-mail/send.ts';
import type { Channels } from './channels.ts';
import type { Foundation } from './foundation.ts';

/** Every hour: agents who asked for it are written to of what waits behind their bell. */
export function watchDigests({ scope, schedule, keyring, config }: Foundation, channels: Channels, renderer: MailRenderer): void {
  const at = (path: string): string => new URL(path, config.publicUrl).href;
  schedule.every('7 * * * *', 'digests', async () => {
    const { companyName, timeZone } = await readGeneral(scope);
    await sendDigests(scope, {
      agent: (id) => existingAgent(scope, id),
      timeZone,
      send: (tx, agent, unread) => {
        const t = renderer.translator(agent.language);
        const notice = digestNotice(t, unread, {
          link: at('/notifications?unread=yes'),
          choices: at('/notifications/choices'),
          companyName,
        });
        return queueSystemMail(tx, keyring, () => systemSenders(channels).length > 0, noticeMail(renderer, agent, companyName, notice));
      },
    });
  });
}
