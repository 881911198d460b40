import type { Translate } from '../../http/context.ts';
import type { InboxId } from '../../lib/ids.ts';
import type { InboxHealth } from '../../plugins/contract.ts';
import type { Notice } from '../../system-mail/notice.ts';

/** An inbox that fetches, and how it does. */
export interface Watched {
  readonly id: InboxId;
  readonly name: string;
  readonly address: string;
  readonly channel: string;
  readonly health: InboxHealth;
}

const ALARM_MS = 15 * 60_000;

/** Since when nothing could be fetched, of an inbox that fails long enough by now that people are told; else null. */
export const silentSince = (health: InboxHealth | null, now: Date): Date | null => {
  const since = health?.failingSince ?? null;
  return since !== null && now.getTime() - since.getTime() >= ALARM_MS ? since : null;
};

/** Finds those that fail for a quarter of an hour by now; each is answered once until it works again. */
export function createAlarm(): (watched: readonly Watched[], now: Date) => readonly Watched[] {
  const told = new Set<InboxId>();
  return (watched, now) => {
    const failing = watched.filter(({ health }) => silentSince(health, now) !== null);
    const fresh = failing.filter(({ id }) => !told.has(id));
    told.clear();
    for (const { id } of failing) told.add(id);
    return fresh;
  };
}

/** Which mailboxes could not be read, and what their servers said. */
export function alarmNotice(
  t: Translate,
  { failing, link, companyName }: { readonly failing: readonly Watched[]; readonly link: string; readonly companyName: string },
): Notice {
  return {
    heading: t('mailboxes.alarm.heading', { company: companyName || 'Centrala' }),
    lines: failing.map(({ name, address, channel, health }) => {
      const problem = health.problem === null ? '' : t(`plugin.${channel}.problems.${health.problem}`);
      return t('mailboxes.alarm.line', { name, address, problem, detail: health.detail ?? '' });
    }),
    help: t('mailboxes.alarm.help'),
    button: t('mailboxes.alarm.button'),
    link,
  };
}
