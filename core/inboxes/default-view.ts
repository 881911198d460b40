import type { Translate } from '../http/context.ts';
import type { InboxId } from '../lib/ids.ts';
import type { InboxRecord } from './types.ts';

/** The choice of a default, `none` first; `isSilent` = the chosen one is disconnected, so that it is left out. */
export function defaultView(t: Translate, chosen: InboxId | null, open: readonly InboxRecord[], none: string) {
  const named = ({ name, address, status }: InboxRecord): string => {
    const text = name === address ? address : `${name} · ${address}`;
    return status === 'open' ? text : t('mailboxes.default.paused', { name: text });
  };
  const one = open.find(({ id }) => id === chosen);
  return {
    value: one?.id ?? '',
    choices: [{ value: '', text: none }, ...open.map((record) => ({ value: record.id, text: named(record) }))],
    isSilent: one !== undefined && one.status !== 'open',
  };
}
