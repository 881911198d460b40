import { listAgents } from '../agents/list-agents.ts';
import type { Translate } from '../http/context.ts';
import type { Language } from '../lib/language.ts';
import { type MailRenderer, type Notice, noticeMail } from '../system-mail/notice.ts';
import { queueSystemMail } from '../system-mail/queue.ts';
import { systemSenders } from '../system-mail/send.ts';
import type { Foundation } from './foundation.ts';

/** Queues a mail for every administrator who can work, each in his language. */
export async function tellAdministrators(
  { scope, keyring }: Pick<Foundation, 'scope' | 'keyring'>,
  channels: Parameters<typeof systemSenders>[0],
  renderer: MailRenderer,
  companyName: string,
  noticeIn: (t: Translate, language: Language) => Notice,
): Promise<void> {
  for (const agent of await listAgents(scope)) {
    if (agent.role !== 'administrator' || agent.status !== 'active') continue;
    const notice = noticeIn(renderer.translator(agent.language), agent.language);
    await queueSystemMail(scope, keyring, () => systemSenders(channels).length > 0, noticeMail(renderer, agent, companyName, notice));
  }
}
