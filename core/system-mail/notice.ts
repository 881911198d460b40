import { type Agent, nameOf } from '../agents/types.ts';
import type { Translate } from '../http/context.ts';
import type { Language } from '../lib/language.ts';
import type { SystemMail } from './queue.ts';

/** The part of the renderer that a mail needs. */
export interface MailRenderer {
  render(template: string, locals: { readonly language: Language; readonly site: { readonly companyName: string } }): string;
  translator(language: Language): Translate;
}

/** What an administrator is told, in his language already. */
export interface Notice {
  readonly heading: string;
  readonly lines: readonly string[];
  readonly help: string;
  /** The text of the button, and where it leads. */
  readonly button: string;
  readonly link: string;
}

/** The mail that tells somebody of something he should look at. */
export function noticeMail(renderer: Pick<MailRenderer, 'render'>, agent: Agent, companyName: string, notice: Notice): SystemMail {
  const { heading, lines, help, button, link } = notice;
  return {
    to: { address: agent.email, name: nameOf(agent) || null },
    subject: heading,
    text: `${lines.join('\n')}\n\n${help}\n\n${button}:\n${link}\n`,
    html: renderer.render('system-mail/email', { language: agent.language, site: { companyName }, ...notice }),
  };
}
