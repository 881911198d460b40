import { inWords } from '../health/doctor/finding.ts';
import { partName, partTrouble } from '../health/part.ts';
import type { Translate } from '../http/context.ts';
import type { Notice } from '../system-mail/notice.ts';
import type { Trouble } from './types.ts';

/** What has not worked for five minutes. */
export function troubleNotice(
  t: Translate,
  { troubles, link, companyName }: { readonly troubles: readonly Trouble[]; readonly link: string; readonly companyName: string },
): Notice {
  return {
    heading: t('alarms.mail.heading', { company: companyName || 'Centrala' }),
    lines: troubles.map((one) => `${inWords(t, partName(one.name))}: ${inWords(t, partTrouble(one))}`),
    help: t('alarms.mail.help'),
    button: t('alarms.mail.button'),
    link,
  };
}
