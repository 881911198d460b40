import { type Agent, nameOf } from '../agents/types.ts';
import type { Translate } from '../http/context.ts';
import type { Language } from '../lib/language.ts';
import type { LinkKind, SystemMail } from './types.ts';

/** The part of the renderer that a mail needs. */
export interface MailRenderer {
  render(template: string, locals: { readonly language: Language; readonly site: { readonly companyName: string } }): string;
  translator(language: Language): Translate;
}

/** The mail that carries a password link, in the language of the agent who gets it. */
export function passwordMail(
  renderer: MailRenderer,
  about: { readonly kind: LinkKind; readonly agent: Agent; readonly link: string; readonly companyName: string },
): SystemMail {
  const { kind, agent, link, companyName } = about;
  const t = renderer.translator(agent.language);
  const company = companyName || 'Centrala';
  const texts = {
    heading: t(`password-resets.mail.${kind}.heading`, { company }),
    lead: t(`password-resets.mail.${kind}.lead`, { company, name: agent.firstName }),
    button: t(`password-resets.mail.${kind}.button`),
    ending: t(`password-resets.mail.${kind}.ending`),
  };
  const locals = { language: agent.language, site: { companyName }, link, ...texts };
  return {
    to: { address: agent.email, name: nameOf(agent) || null },
    subject: texts.heading,
    text: `${texts.lead}\n\n${texts.button}:\n${link}\n\n${texts.ending}\n`,
    html: renderer.render('password-resets/email', locals),
  };
}
