import type { Translate } from '../http/context.ts';
import type { Notice } from '../system-mail/notice.ts';
import type { BackupAlarm } from './alarm.ts';

const HELP: Partial<Readonly<Record<BackupAlarm['kind'], string>>> = { log: 'backups.mail.logHelp', shared: 'backups.mail.sharedHelp' };

/** That there is no good backup. `when`: a moment as people read it. */
export function backupNotice(
  t: Translate,
  about: { readonly alarm: BackupAlarm; readonly when: (at: Date) => string; readonly link: string; readonly companyName: string },
): Notice {
  const { alarm, when, link, companyName } = about;
  const last = alarm.verifiedAt ? t('backups.mail.last', { when: when(alarm.verifiedAt) }) : t('backups.mail.none');
  return {
    heading: t(`backups.mail.${alarm.kind}`, { company: companyName || 'Centrala' }),
    lines: [
      ...(alarm.problem === null ? [] : [t(`backups.problem.${alarm.problem}`)]),
      ...(alarm.detail === null ? [] : [alarm.detail]),
      last,
    ],
    help: t(HELP[alarm.kind] ?? 'backups.mail.help'),
    button: t('backups.mail.button'),
    link,
  };
}
