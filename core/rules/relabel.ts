import type { WriteScope } from '../db/scope.ts';
import type { LabelId } from '../lib/ids.ts';
import { allRules, updateRule } from './store.ts';
import type { Rule } from './types.ts';

/** What a rule says of one label it says of the other one from now on, whoever keeps it: the first is about to go. */
export async function relabelRules(tx: WriteScope, id: LabelId, intoId: LabelId): Promise<void> {
  const renamed = (ids: readonly LabelId[]): LabelId[] => [...new Set(ids.map((one) => (one === id ? intoId : one)))];
  for (const rule of await allRules(tx)) {
    if (!names(rule, id)) continue;
    const conditions = rule.conditions.map((one) => ('labelIds' in one ? { ...one, labelIds: renamed(one.labelIds) } : one));
    await updateRule(tx, rule.id, { ...rule, conditions, actions: { ...rule.actions, labelIds: renamed(rule.actions.labelIds) } });
    tx.emit({ type: 'rule.changed', data: { ruleId: rule.id } });
  }
}

const names = ({ conditions, actions }: Rule, id: LabelId): boolean =>
  actions.labelIds.includes(id) || conditions.some((one) => 'labelIds' in one && one.labelIds.includes(id));
