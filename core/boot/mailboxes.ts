import { alarmNotice, createAlarm, silentSince, type Watched } from '../inboxes/connecting/alarm.ts';
import type { MailRenderer } from '../system-mail/notice.ts';
import type { Channels } from './channels.ts';
import type { Foundation } from './foundation.ts';
import { tellAdministrators } from './tell-administrators.ts';

/**
 * Every minute: a mailbox that could not be read for a quarter of an hour is told to every administrator by mail, once until it works again,
 * and the lists of those who work in it say so for as long as that lasts.
 */
export function watchMailboxes(
  foundation: Foundation,
  channels: Channels,
  { renderer, companyName }: { readonly renderer: MailRenderer; readonly companyName: () => Promise<string> },
): void {
  const { scope, schedule, stream, log } = foundation;
  const alarm = createAlarm();
  let silent = '';
  schedule.everywhere('41 * * * * *', 'mailboxes', async () => {
    const all = watched(channels);
    const now = scope.now();
    const ids = all.filter(({ health }) => silentSince(health, now)).map(({ id }) => id);
    if (ids.join() !== silent) stream.poke(['inboxes']);
    silent = ids.join();
    const failing = alarm(all, now);
    if (failing.length === 0) return;
    log.error('mailboxes_failing', { inboxes: failing.map(({ id, health }) => ({ id, problem: health.problem })) });
    const about = { failing, link: new URL('/mailboxes', foundation.config.publicUrl).href, companyName: await companyName() };
    await tellAdministrators(foundation, channels, renderer, about.companyName, (t) => alarmNotice(t, about));
  });
}

const watched = ({ plugins, directory }: Channels): readonly Watched[] =>
  directory.all().flatMap(({ id, name, address, channel }) => {
    const health = plugins.running(channel)?.inboxHealth?.(id) ?? null;
    return health === null ? [] : [{ id, name, address, channel, health }];
  });
