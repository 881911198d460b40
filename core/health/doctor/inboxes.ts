import type { InboxDirectory } from '../../inboxes/directory.ts';
import type { InboxRecord } from '../../inboxes/types.ts';
import type { ChannelPlugin, CheckMeans, Inbox } from '../../plugins/contract.ts';
import { adviceOf, broken, type Finding, problemWords, reasonOf, text, well, worthKnowing } from './finding.ts';

export interface DoctorInboxes {
  readonly directory: Pick<InboxDirectory, 'all' | 'typed'>;
  readonly channel: (name: string) => ChannelPlugin | null;
  readonly means: (channel: string) => CheckMeans;
}

/** Connects with the settings of every open inbox, its mailbox and its relay, as the form does before it saves. */
export async function inboxFindings({ directory, channel, means }: DoctorInboxes, signal: AbortSignal): Promise<readonly Finding[]> {
  const all = directory.all();
  if (all.length === 0) return [worthKnowing(text('health.inboxes.what'), text('health.inboxes.none'), text('health.inboxes.noneAdvice'))];
  return Promise.all(
    all.map((record) => inboxFinding(record, channel(record.channel), directory.typed(record.id), means(record.channel), signal)),
  );
}

async function inboxFinding(
  record: InboxRecord,
  plugin: ChannelPlugin | null,
  inbox: Inbox<unknown> | null,
  means: CheckMeans,
  signal: AbortSignal,
): Promise<Finding> {
  // A mailbox of somebody's own is his alone: others learn its number, and that it does not work.
  const isPersonal = record.ownerId != null;
  const what = isPersonal ? text('health.inboxes.personal', { n: record.id }) : text('health.inboxes.one', { address: record.address });
  const { channel } = record;
  if (record.status === 'paused') return worthKnowing(what, text('health.inboxes.paused'));
  if (!plugin) return broken(what, text('health.inboxes.noPlugin', { channel }), text('health.inboxes.noPluginAdvice'));
  if (!inbox) return broken(what, text('health.inboxes.unreadable'), text('health.inboxes.unreadableAdvice'));
  try {
    const result = await plugin.check(inbox, signal, means);
    if (!result.ok)
      return broken(what, problemWords(channel, result.problem, isPersonal ? null : result.detail), text('health.inboxes.problemAdvice'));
    const summary = isPersonal ? null : plugin.summary(inbox.settings);
    const seen = summary === null ? text('health.inboxes.ok') : text('health.inboxes.okTo', { where: summary });
    if (plugin.canSend(inbox.settings)) return well(what, seen);
    return worthKnowing(what, text('health.inboxes.cannotSend'), text('health.inboxes.cannotSendAdvice'));
  } catch (error) {
    return broken(what, isPersonal ? text('health.inboxes.fault') : reasonOf(error), adviceOf(error));
  }
}
