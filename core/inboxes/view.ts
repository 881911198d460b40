import type { Translate } from '../http/context.ts';
import { isForPeople } from '../lib/address-text.ts';
import type { FolderId } from '../lib/ids.ts';
import { isChannel } from '../plugins/contract.ts';
import type { FieldState } from '../plugins/field-views.ts';
import type { PluginStatus } from '../plugins/host.ts';
import type { InboxDirectory } from './directory.ts';
import type { InboxRecord } from './types.ts';

/** What the form of an inbox shows. */
export interface FormState extends FieldState {
  readonly name: string;
  readonly address: string;
  readonly folderId?: FolderId | null | undefined;
}

/** One row of Settings → Inboxes. */
export function inboxRow(t: Translate, record: InboxRecord, directory: InboxDirectory, status: PluginStatus | undefined) {
  const typed = directory.typed(record.id);
  const plugin = isChannel(status?.plugin) ? status.plugin : null;
  const works = record.status === 'open' && status?.state === 'running' && typed !== null;
  return {
    id: record.id,
    name: record.name,
    address: isForPeople(record.address) ? record.address : null,
    channel: plugin ? t(`plugin.${record.channel}.title`) : record.channel,
    icon: plugin?.manifest.icon ?? 'plug',
    isOpen: record.status === 'open',
    state: record.status === 'paused' ? 'paused' : works ? 'open' : 'broken',
    canSend: plugin !== null && typed !== null && plugin.canSend(typed.settings),
    summary: plugin && typed ? plugin.summary(typed.settings) : null,
  };
}
