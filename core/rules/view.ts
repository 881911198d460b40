import type { Translate } from '../http/context.ts';
import { TOLD_LANGUAGES } from '../lib/language-of.ts';
import { messageHref } from '../lib/message-href.ts';
import type { ListedAct } from './acts.ts';
import type { Matter } from './matter-store.ts';
import { brokenFields, type Names, withNames } from './names.ts';
import type { Condition, Deed, Reason, Rule, RuleAct, RuleInput } from './types.ts';

/** Why a rule fitted: each the end of a key under `rules.why`, with what it fills in. */
const whyView = ({ field, operator, header = '' }: Reason, values: readonly string[]) => ({
  key: operator ? `words.${operator}` : field === 'working_hours' || field === 'language' ? `${field}.${values[0]}` : field,
  field,
  header,
  values,
});
const reasonView = (one: Reason) => whyView(one, one.value === undefined ? [] : [one.value]);

/** What a rule did, in the time line of a conversation. */
export function actLine(act: RuleAct) {
  return {
    id: act.id,
    rule: act.ruleName,
    why: act.reasons.map(reasonView),
    deeds: act.deeds,
    at: act.at,
    undoneAt: act.undoneAt,
    undoneBy: act.undoneBy,
    left: act.left,
    failure: act.failure,
  };
}

/** The same on the page of the rule. */
export const actRow = (act: ListedAct) => ({
  ...actLine(act),
  href: messageHref(act.conversationId, act.messageId),
  subject: act.subject,
});

/** A rule in the list: its conditions and what it does in words, and what is wrong with it. */
export function ruleRow(rule: Rule, names: Names, failure: { readonly at: Date; readonly failure: string } | undefined) {
  return {
    ...{ id: rule.id, name: rule.name, enabled: rule.enabled, answers: rule.answers, stops: rule.stops, match: rule.match },
    why: rule.conditions.map((one) => conditionView(one, names)),
    deeds: planned(rule, names),
    keeper: keeperName(rule, names),
    actCount: rule.actCount,
    lastActAt: rule.lastActAt,
    broken: brokenFields(rule, names),
    failedAt: failure?.at ?? null,
    failure: failure?.failure ?? '',
  };
}

/** Whose rights it has; empty = nobody's. */
export const keeperName = ({ keeperId }: Pick<Rule, 'keeperId'>, { agents }: Names): string =>
  keeperId === null ? '' : (agents.get(keeperId) ?? `#${keeperId}`);

function conditionView(one: Condition, names: Names) {
  if ('values' in one) return whyView(one.field === 'header' ? { ...one, header: one.header } : one, one.values);
  if ('labelIds' in one)
    return whyView(
      one,
      one.labelIds.map((id) => names.labels.get(id) ?? `#${id}`),
    );
  if (one.field === 'inbox') return whyView(one, [names.inboxes.get(one.inboxId) ?? `#${one.inboxId}`]);
  if (one.field === 'language') return whyView(one, [one.language]);
  if (one.field === 'working_hours') return whyView(one, [one.within ? 'within' : 'outside']);
  return whyView(one, one.field === 'spam_score' ? [String(one.atLeast)] : []);
}

/** What a rule says to do. */
export function planned({ actions }: Pick<RuleInput, 'actions'>, names: Names): readonly Deed[] {
  const named = <Id>(kind: Deed['kind'], id: Id | null, among: ReadonlyMap<Id, string>): readonly Deed[] =>
    id === null ? [] : [{ kind, name: among.get(id) ?? '' }];
  return [
    ...(actions.folderId === null
      ? []
      : [{ kind: 'folder', id: actions.folderId, name: names.folders.get(actions.folderId) ?? '' } as const]),
    ...actions.labelIds.flatMap((id) => named('label', id, names.labels)),
    ...named('team', actions.teamId, names.teams),
    ...named('assignee', actions.assigneeId, names.agents),
    ...named('answered', actions.answerId, names.letters),
    ...(actions.close ? [{ kind: 'closed', name: '' } as const] : []),
    ...(actions.snooze === null ? [] : [{ kind: 'snoozed', name: '', detail: String(actions.snooze) } as const]),
    ...(actions.spam ? [{ kind: 'spam', name: '' } as const] : []),
    ...(actions.notifyIds.length === 0
      ? []
      : [{ kind: 'notified', name: actions.notifyIds.map((id) => names.agents.get(id) ?? '').join(', ') } as const]),
  ];
}

/** A message that a rule would act on. */
export const trialRow = (rule: RuleInput, names: Names) => {
  const deeds = planned(rule, names);
  return ({ matter, reasons }: { readonly matter: Matter; readonly reasons: readonly Reason[] }) => ({
    href: messageHref(matter.conversationId, matter.id),
    subject: matter.subject,
    from: matter.from,
    at: matter.at,
    why: withNames(reasons, names).map(reasonView),
    deeds: deeds.filter(({ kind }) => kind !== 'folder' || rule.actions.folderId !== matter.folderId),
    isThere: rule.actions.folderId === matter.folderId,
  });
};

const choices = <Id>(among: ReadonlyMap<Id, string>, none = '') => [...among].map(([value, text]) => ({ value, text: text || none }));

/** What the form offers. */
export const offered = (t: Translate, names: Names) => ({
  folders: choices(names.folders, t('folders.top')),
  labels: choices(names.labels),
  agents: choices(names.agents),
  teams: choices(names.teams),
  letters: choices(names.letters),
  inboxes: choices(names.inboxes),
  languages: [
    { value: '', text: t('rules.any_language') },
    ...TOLD_LANGUAGES.map((value) => ({ value, text: t(`rules.language.${value}`) })),
  ],
});
