import type { Scope } from '../db/scope.ts';
import type { AgentId, CannedResponseId, LabelId, TeamId } from '../lib/ids.ts';
import { listRules } from './save.ts';
import type { Rule } from './types.ts';

/** One of these is about to go. */
export interface Going {
  readonly teamId?: TeamId;
  readonly agentId?: AgentId;
  readonly answerId?: CannedResponseId;
  readonly labelId?: LabelId;
}

/** Of the rules that the actor may see those that are on and name it, in their order: they are left out once it is gone. */
export const rulesNaming = async (scope: Scope, going: Going): Promise<readonly Pick<Rule, 'id' | 'name'>[]> =>
  (await listRules(scope)).filter((rule) => rule.enabled && isNamed(rule, going)).map(({ id, name }) => ({ id, name }));

function isNamed({ conditions, actions }: Rule, { teamId, agentId, answerId, labelId }: Going): boolean {
  if (teamId !== undefined) return actions.teamId === teamId;
  if (agentId !== undefined) return actions.assigneeId === agentId || actions.notifyIds.includes(agentId);
  if (answerId !== undefined) return actions.answerId === answerId;
  if (labelId === undefined) return false;
  return actions.labelIds.includes(labelId) || conditions.some((one) => 'labelIds' in one && one.labelIds.includes(labelId));
}
