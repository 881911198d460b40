import { type Agent, nameOf } from '../agents/types.ts';
import type { Translate } from '../http/context.ts';
import type { Language } from '../lib/language.ts';
import type { SystemMail } from '../system-mail/queue.ts';
import type { BackupAlarm } from './alarm.ts';

/** The part of the renderer that the mail needs. */
export interface BackupMailRenderer {
  render(template: string, locals: { readonly language: Language; readonly site: { readonly companyName: string } }): string;
  translator(language: Language): Translate;
}

/** Tells an administrator, in his language, that there is no good backup. `when`: a moment as people read it. */
export function backupMail(
  renderer: BackupMailRenderer,
  about: {
    readonly agent: Agent;
    readonly alarm: BackupAlarm;
    readonly when: (at: Date, language: Language) => string;
    readonly link: string;
    readonly companyName: string;
  },
): SystemMail {
  const { agent, alarm, link, companyName } = about;
  const t = renderer.translator(agent.language);
  const heading = t(`backups.mail.${alarm.kind}`, { company: companyName || 'Centrala' });
  const last = alarm.verifiedAt ? t('backups.mail.last', { when: about.when(alarm.verifiedAt, agent.language) }) : t('backups.mail.none');
  const lines = [...(alarm.problem === null ? [] : [t(`backups.problem.${alarm.problem}`), alarm.detail ?? '']), last];
  const [help, button] = [t('backups.mail.help'), t('backups.mail.button')];
  const locals = { language: agent.language, site: { companyName }, heading, lines, help, button, link };
  return {
    to: { address: agent.email, name: nameOf(agent) || null },
    subject: heading,
    text: `${lines.join('\n')}\n\n${help}\n\n${button}:\n${link}\n`,
    html: renderer.render('backups/email', locals),
  };
}
