import { assignConversation, handOver } from '../conversations/assign.ts';
import { changeConversation, lockedConversation } from '../conversations/change.ts';
import { closeConversation } from '../conversations/close.ts';
import { fileConversation } from '../conversations/file.ts';
import { snoozeConversation } from '../conversations/snooze.ts';
import type { Conversation } from '../conversations/types.ts';
import type { WriteScope } from '../db/scope.ts';
import { appliedLabels, labelConversation } from '../labels/apply.ts';
import type { ConversationId, LabelId } from '../lib/ids.ts';
import { morningIn } from '../lib/local-time.ts';
import type { Log } from '../lib/log.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { findBareMessage } from '../messages/first.ts';
import { notifyByRule } from '../notifications/notify-talk.ts';
import { moveToSpam } from '../spam/mark.ts';
import { nextOpening } from '../working-hours/calendar.ts';
import { readWorkingHours } from '../working-hours/save.ts';
import { insertAct } from './acts-store.ts';
import { answerFor } from './answer.ts';
import type { Matter } from './matter-store.ts';
import { sideOf } from './memory.ts';
import type { Names } from './names.ts';
import { countAct } from './store.ts';
import type { Deed, Reason, Rule } from './types.ts';

export interface ActDeps {
  readonly endpoints: Endpoints;
  readonly log: Log;
}

/** What a rule is to act on, and why. */
export interface Case {
  readonly rule: Rule;
  readonly matter: Pick<Matter, 'id' | 'conversationId'>;
  readonly reasons: readonly Reason[];
}

/** Does what a rule says, writes down what changed, and says so in the conversation. Where nothing had to change nothing is written. */
export async function actOn(tx: WriteScope, deps: ActDeps, { rule, matter, reasons }: Case, names: Names): Promise<void> {
  const id = matter.conversationId;
  const before = await lockedConversation(tx, id);
  const labelIds = await newLabels(tx, before, rule);
  const deeds = [
    ...(await sort(tx, before, rule, labelIds, names)),
    ...(await answer(tx, deps, before, { rule, matter, reasons }, names)),
    ...(await putAway(tx, before, rule)),
    ...(await tellAgents(tx, rule, matter, names)),
    ...(await hide(tx, id, rule)),
  ];
  if (deeds.length === 0) return;
  const after = await lockedConversation(tx, id);
  const ruleActId = await insertAct(tx, {
    ...{ ruleId: rule.id, ruleName: rule.name, conversationId: id, messageId: matter.id, reasons, deeds, failure: null },
    memory: { before: sideOf(before), after: sideOf(after), labelIds, toSpam: rule.actions.spam },
  });
  await countAct(tx, rule.id);
  if (!after.hasRuleActs) await changeConversation(tx, after, { hasRuleActs: true });
  tx.emit({ type: 'rule.acted', data: { conversationId: id, ruleActId } });
}

async function newLabels(tx: WriteScope, { id }: Conversation, { actions }: Rule): Promise<readonly LabelId[]> {
  if (actions.labelIds.length === 0) return [];
  const on = new Set(await appliedLabels(tx, id));
  return actions.labelIds.filter((one) => !on.has(one));
}

/** Folder, labels and whose it is: in this order, since an agent has to see the folder. */
async function sort(
  tx: WriteScope,
  { id, folderId }: Conversation,
  { actions }: Rule,
  labelIds: readonly LabelId[],
  names: Names,
): Promise<readonly Deed[]> {
  const deeds: Deed[] = [];
  if (actions.folderId !== null && actions.folderId !== folderId) {
    await fileConversation(tx, id, actions.folderId);
    deeds.push({ kind: 'folder', id: actions.folderId, name: names.folders.get(actions.folderId) ?? '' });
  }
  for (const labelId of labelIds) {
    await labelConversation(tx, id, labelId, true);
    deeds.push({ kind: 'label', name: names.labels.get(labelId) ?? '' });
  }
  return [...deeds, ...(await assign(tx, id, actions, names))];
}

async function assign(tx: WriteScope, id: ConversationId, { assigneeId, teamId }: Rule['actions'], names: Names): Promise<readonly Deed[]> {
  const before = await lockedConversation(tx, id);
  if (teamId === null && assigneeId !== null) await assignConversation(tx, id, assigneeId);
  // Whoever of the team has taken it keeps it, unless the rule names somebody.
  else if (teamId !== null && (assigneeId !== null || before.teamId !== teamId)) await handOver(tx, id, { assigneeId, teamId });
  return [
    ...(teamId !== null && teamId !== before.teamId ? [{ kind: 'team', name: names.teams.get(teamId) ?? '' } as const] : []),
    ...(assigneeId !== null && assigneeId !== before.assigneeId
      ? [{ kind: 'assignee', name: names.agents.get(assigneeId) ?? '' } as const]
      : []),
  ];
}

async function answer(tx: WriteScope, deps: ActDeps, { id }: Conversation, { rule, matter }: Case, names: Names): Promise<readonly Deed[]> {
  const { answerId } = rule.actions;
  if (answerId === null) return [];
  const message = await findBareMessage(tx, matter.id);
  if (!message) return [];
  const silence = await answerFor(tx, deps, await lockedConversation(tx, id), { message, answerId });
  const name = names.letters.get(answerId) ?? '';
  return [silence === null ? { kind: 'answered', name } : { kind: 'not_answered', name, detail: silence }];
}

async function putAway(tx: WriteScope, { id, status }: Conversation, { actions }: Rule): Promise<readonly Deed[]> {
  if (actions.close && status !== 'closed') {
    await closeConversation(tx, id);
    return [{ kind: 'closed', name: '' }];
  }
  if (actions.snooze === null || status !== 'open') return [];
  const until = await endOf(tx, actions.snooze);
  await snoozeConversation(tx, id, until);
  return [{ kind: 'snoozed', name: '', detail: until.toISOString() }];
}

/** After all else: into spam, as an agent would say it, but the filters learn nothing of what a rule says. */
async function hide(tx: WriteScope, id: ConversationId, { actions }: Rule): Promise<readonly Deed[]> {
  if (!actions.spam) return [];
  await moveToSpam(tx, await lockedConversation(tx, id), 'rule', null);
  return [{ kind: 'spam', name: '' }];
}

/** The beginning of work on a later day; where nobody works for over a year, tomorrow at eight. */
async function endOf(tx: WriteScope, snooze: NonNullable<Rule['actions']['snooze']>): Promise<Date> {
  const hours = await readWorkingHours(tx);
  if (snooze !== 'working_day') return morningIn(tx.now(), hours.timeZone, snooze);
  const midnight = morningIn(tx.now(), hours.timeZone, 1, 0);
  return nextOpening(hours, new Date(midnight.getTime() - 1)) ?? morningIn(tx.now(), hours.timeZone, 1);
}

async function tellAgents(tx: WriteScope, { actions, name }: Rule, matter: Case['matter'], names: Names): Promise<readonly Deed[]> {
  if (actions.notifyIds.length === 0) return [];
  const told = await notifyByRule(tx, matter.conversationId, matter.id, { agentIds: actions.notifyIds, words: name });
  return told.length === 0 ? [] : [{ kind: 'notified', name: told.map((id) => names.agents.get(id) ?? '').join(', ') }];
}
