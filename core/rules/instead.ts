import { isDeepStrictEqual } from 'node:util';
import type { WriteScope } from '../db/scope.ts';
import { allInstead, type Instead, instead } from '../lib/instead.ts';
import { allRules, updateRule } from './store.ts';
import type { Rule } from './types.ts';

/** What a rule says of one label, folder or team it says of the other one from now on, whoever keeps it: the first is about to go. */
export async function rulesInstead(tx: WriteScope, swap: Instead): Promise<void> {
  for (const rule of await allRules(tx)) {
    const changed = swapped(rule, swap);
    if (isDeepStrictEqual(changed, rule)) continue;
    await updateRule(tx, rule.id, changed);
    tx.emit({ type: 'rule.changed', data: { ruleId: rule.id } });
  }
}

const swapped = (rule: Rule, { label, folder, team }: Instead): Rule => ({
  ...rule,
  conditions: rule.conditions.map((one) => ('labelIds' in one ? { ...one, labelIds: allInstead(one.labelIds, label) } : one)),
  actions: {
    ...rule.actions,
    labelIds: allInstead(rule.actions.labelIds, label),
    folderId: instead(rule.actions.folderId, folder),
    teamId: instead(rule.actions.teamId, team),
  },
});
