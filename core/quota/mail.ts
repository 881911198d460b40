import { type Agent, nameOf } from '../agents/types.ts';
import type { Translate } from '../http/context.ts';
import type { Language } from '../lib/language.ts';
import type { SystemMail } from '../system-mail/queue.ts';
import type { Quota } from './types.ts';

/** The part of the renderer that the mail needs. */
export interface QuotaMailRenderer {
  render(template: string, locals: { readonly language: Language; readonly site: { readonly companyName: string } }): string;
  translator(language: Language): Translate;
}

/** Tells an administrator, in his language, which limits are nearly or quite used up. `nameOfInbox` of those that are gone: a number. */
export function quotaMail(
  renderer: QuotaMailRenderer,
  about: {
    readonly agent: Agent;
    readonly quotas: readonly Quota[];
    readonly nameOfInbox: (id: number) => string;
    /** A number of bytes as people read it. */
    readonly sizeOf: (bytes: number, language: Language) => string;
    readonly link: string;
    readonly companyName: string;
  },
): SystemMail {
  const { agent, quotas, link, companyName } = about;
  const sizeOf = (bytes: number): string => about.sizeOf(bytes, agent.language);
  const t = renderer.translator(agent.language);
  const isFull = quotas.some(({ percent }) => percent >= 100);
  const heading = t(isFull ? 'quota.mail.full' : 'quota.mail.tight', { company: companyName || 'Centrala' });
  const lines = quotas.map(({ inboxId, percent, used, limit }) => {
    const name = inboxId === null ? t('quota.all') : about.nameOfInbox(inboxId);
    return t('quota.mail.line', { name, percent, used: sizeOf(used), limit: sizeOf(limit ?? 0) });
  });
  const [help, button] = [t(isFull ? 'quota.mail.fullHelp' : 'quota.mail.tightHelp'), t('quota.mail.button')];
  const locals = { language: agent.language, site: { companyName }, heading, lines, help, button, link };
  return {
    to: { address: agent.email, name: nameOf(agent) || null },
    subject: heading,
    text: `${lines.join('\n')}\n\n${help}\n\n${button}:\n${link}\n`,
    html: renderer.render('quota/email', locals),
  };
}
