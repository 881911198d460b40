import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { type InboxRecord, isOpenTo } from '../inboxes/types.ts';
import type { InboxId, LabelId } from '../lib/ids.ts';
import { parseId } from '../lib/ids.ts';
import { readSetting, writeSetting } from '../settings/settings.ts';
import { putRule, ruleRows, type Wanted } from './store.ts';
import type { RetentionRules } from './types.ts';

const EXCEPT = 'retention.except_label';

export async function readRules(scope: Scope): Promise<RetentionRules> {
  const months = new Map((await ruleRows(scope)).map((row) => [row.inbox_id === 0 ? null : (row.inbox_id as InboxId), row.months]));
  return { months, exceptLabelId: parseId<'labels'>((await readSetting(scope, EXCEPT)) ?? '') };
}

/** Whether conversations stay because they have this label. */
export const isExcept = async (scope: Scope, id: LabelId): Promise<boolean> => (await readSetting(scope, EXCEPT)) === String(id);

/** What stayed because of one label stays because of another one, which it is given instead. */
export async function exceptInstead(tx: WriteScope, id: LabelId, intoId: LabelId): Promise<void> {
  if (await isExcept(tx, id)) await writeSetting(tx, EXCEPT, String(intoId));
}

/** In place of all that were there. */
export async function saveRules(scope: Scope, rules: RetentionRules): Promise<void> {
  await transact(scope, async (tx) => {
    const before = await readRules(tx);
    for (const inboxId of new Set([...before.months.keys(), ...rules.months.keys()])) {
      const months = rules.months.get(inboxId) ?? null;
      if ((before.months.get(inboxId) ?? null) === months) continue;
      await putRule(tx, inboxId ?? 0, months);
      tx.emit({ type: 'settings.changed', data: { key: inboxId === null ? 'retention.months' : `retention.months.${inboxId}` } });
    }
    if (before.exceptLabelId !== rules.exceptLabelId) await writeSetting(tx, EXCEPT, String(rules.exceptLabelId ?? ''));
  });
}

/** What each inbox of the company lets go of at this moment. A personal one keeps all: its mail is its owner's. */
export function wantedNow(rules: RetentionRules, inboxes: readonly InboxRecord[], now: Date): readonly Wanted[] {
  return inboxes
    .filter((one) => isOpenTo(one, null))
    .flatMap(({ id: inboxId }) => {
      const months = rules.months.get(inboxId) ?? rules.months.get(null);
      return months === undefined ? [] : [{ inboxId, before: monthsBefore(now, months), except: rules.exceptLabelId }];
    });
}

/** The same day of an earlier month, or its last day. UTC. */
export function monthsBefore(now: Date, months: number): Date {
  const first = new Date(now);
  first.setUTCDate(1);
  first.setUTCMonth(first.getUTCMonth() - months);
  const days = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(now.getUTCDate(), days));
  return first;
}
