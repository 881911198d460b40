import type { Translate } from '../http/context.ts';
import type { Notice } from '../system-mail/notice.ts';
import type { Trouble } from './types.ts';

/** What has not worked for five minutes. The words of the checks are English, as in the log. */
export function troubleNotice(
  t: Translate,
  { troubles, link, companyName }: { readonly troubles: readonly Trouble[]; readonly link: string; readonly companyName: string },
): Notice {
  return {
    heading: t('alarms.mail.heading', { company: companyName || 'Centrala' }),
    lines: troubles.map(({ name, detail }) => (detail === null ? name : `${name}: ${detail}`)),
    help: t('alarms.mail.help'),
    button: t('alarms.mail.button'),
    link,
  };
}
