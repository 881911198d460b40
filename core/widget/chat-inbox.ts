import type { Scope } from '../db/scope.ts';
import { pickDefault, readCompanyDefault } from '../inboxes/default.ts';
import type { InboxDirectory } from '../inboxes/directory.ts';
import type { InboxRecord } from '../inboxes/types.ts';
import type { ChannelPlugin, Inbox, VisitorTalk } from '../plugins/contract.ts';

export interface ChatDeps {
  readonly directory: Pick<InboxDirectory, 'openTo' | 'typed'>;
  readonly channel: (name: string) => ChannelPlugin | null;
  /** Whether the plugin of a channel is switched on and works. */
  readonly isRunning: (channel: string) => boolean;
}

export interface ChatInbox {
  readonly record: InboxRecord;
  readonly inbox: Inbox<unknown>;
  readonly talk: VisitorTalk<unknown>;
}

/** The inbox that visitors talk with: the company's default among the open ones whose channel has live talks, else the first; null = there is none. */
export async function chatInbox(scope: Scope, { directory, channel, isRunning }: ChatDeps): Promise<ChatInbox | null> {
  const talking = directory.openTo(null).flatMap((record) => {
    const talk = record.status === 'open' && isRunning(record.channel) ? channel(record.channel)?.visitorTalk : undefined;
    const inbox = talk ? directory.typed(record.id) : null;
    return talk && inbox ? [{ id: record.id, record, inbox, talk }] : [];
  });
  // Most have none: that costs no question.
  return talking.length === 0 ? null : pickDefault({ own: null, company: await readCompanyDefault(scope) }, talking).inbox;
}
