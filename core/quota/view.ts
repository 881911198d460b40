import type { InboxRecord } from '../inboxes/types.ts';
import type { InboxId } from '../lib/ids.ts';
import { DISK_KINDS, type DiskUse } from './disk-use.ts';
import { GB, type Quota } from './types.ts';
import { levelOf } from './watch.ts';

/** One row of the page: an inbox, or with `name` null all of them. */
export interface QuotaRow extends Quota {
  /** Null = all together. */
  readonly name: string | null;
  /** Name of its field. */
  readonly field: string;
  /** As it stands in the field: gigabytes with a comma or dot of the reader's language; empty = no limit. */
  readonly typed: string;
  /** 0, 80, 90, 95 or 100. */
  readonly level: number;
}

export const fieldOf = (id: InboxId | null): string => (id === null ? 'limit_all' : `limit_${id}`);

/** Every inbox has a row, also one that takes up nothing yet; one that is gone but takes up something has a number for a name. */
export function quotaRows(
  [all, ...each]: readonly [Quota, ...Quota[]],
  inboxes: readonly Pick<InboxRecord, 'id' | 'name'>[],
  language: string,
): readonly QuotaRow[] {
  const nothing = { received: 0, sent: 0, spam: 0, files: 0, used: 0, limit: null, percent: 0 };
  const known = inboxes.map(({ id, name }) =>
    row({ ...nothing, ...each.find(({ inboxId }) => inboxId === id), inboxId: id }, name, language),
  );
  const gone = each.filter(({ inboxId }) => !inboxes.some(({ id }) => id === inboxId));
  return [row(all, null, language), ...known, ...gone.map((one) => row(one, `#${one.inboxId}`, language))];
}

const row = (quota: Quota, name: string | null, language: string): QuotaRow => ({
  ...quota,
  name,
  field: fieldOf(quota.inboxId),
  typed:
    quota.limit === null ? '' : new Intl.NumberFormat(language, { maximumFractionDigits: 3, useGrouping: false }).format(quota.limit / GB),
  level: levelOf(quota.percent),
});

/** What takes up room, by kind, and all together. */
export function diskView(use: DiskUse | null) {
  if (use === null) return null;
  const kinds = DISK_KINDS.map((kind) => ({ kind, bytes: use.bytes[kind] })).filter(({ bytes }) => bytes > 0);
  return { at: use.at, kinds, total: kinds.reduce((sum, { bytes }) => sum + bytes, 0) };
}
