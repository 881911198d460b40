import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { ConflictError, InvalidError, NotFoundError } from '../lib/errors.ts';
import type { RuleId } from '../lib/ids.ts';
import { storable } from '../lib/text.ts';
import { brokenFields, readNames } from './names.ts';
import { keeperOf, ownRules } from './reach.ts';
import { allRules, deleteRule, findRuleById, insertRule, type SavedRule, saveOrder, updateRule } from './store.ts';
import { type Condition, MAX_PATTERN_CHARS, MAX_RULES, MAX_VALUE_CHARS, type Rule, type RuleInput } from './types.ts';

const MAX_NAME_CHARS = 120;

/** In the order in which they are asked: those that the actor may see and change. */
export const listRules = async (scope: Scope): Promise<readonly Rule[]> => ownRules(scope, await allRules(scope));

/** Raises not_found, also for one that the actor may not see. */
export async function findRule(scope: Scope, id: RuleId): Promise<Rule> {
  const found = await findRuleById(scope, id);
  const [rule] = found ? await ownRules(scope, [found]) : [];
  if (!rule) throw new NotFoundError('The rule');
  return rule;
}

/** Adds a rule as the last one. Raises invalid with the fields, too_many_rules. */
export async function addRule(scope: Scope | WriteScope, given: RuleInput): Promise<RuleId> {
  const input = checked(given);
  return transact(scope, async (tx) => {
    const rules = await allRules(tx);
    if (rules.length >= MAX_RULES) throw new ConflictError('too_many_rules', `There are ${MAX_RULES} rules already`, 'Delete one first.');
    await expectWhole(tx, input);
    const id = await insertRule(tx, { ...input, keeperId: await keeperOf(tx) }, rules.length + 1);
    await saveOrder(tx, [...rules.map((rule) => rule.id), id]);
    tx.emit({ type: 'rule.changed', data: { ruleId: id } });
    return id;
  });
}

/** Raises not_found, invalid. A rule that is off may name what is gone. From now on it has the rights of whoever saved it. */
export async function changeRule(scope: Scope | WriteScope, id: RuleId, given: RuleInput): Promise<void> {
  const input = checked(given);
  await transact(scope, async (tx) => {
    await findRule(tx, id);
    await put(tx, id, { ...input, keeperId: await keeperOf(tx) });
  });
}

async function put(tx: WriteScope, id: RuleId, rule: SavedRule): Promise<void> {
  if (rule.enabled) await expectWhole(tx, rule);
  await updateRule(tx, id, rule);
  tx.emit({ type: 'rule.changed', data: { ruleId: id } });
}

/** Switches a rule on or off and leaves the rest as it is. Raises not_found, and invalid where it names what is gone. */
export async function switchRule(scope: Scope | WriteScope, id: RuleId, enabled: boolean): Promise<Rule> {
  return transact(scope, async (tx) => {
    const rule = { ...(await findRule(tx, id)), enabled };
    await put(tx, id, rule);
    return rule;
  });
}

/** Moves a rule among those that the actor sees, 1 = the first; beyond the end = the last. Raises not_found. */
export async function orderRule(scope: Scope | WriteScope, id: RuleId, position: number): Promise<void> {
  await transact(scope, async (tx) => {
    await findRule(tx, id);
    const own = (await listRules(tx)).map((rule) => rule.id);
    const ordered = own
      .filter((one) => one !== id)
      .toSpliced(Math.max(0, position - 1), 0, id)
      .values();
    const all = (await allRules(tx)).map((rule) => rule.id);
    await saveOrder(
      tx,
      all.map((one) => (own.includes(one) ? (ordered.next().value ?? one) : one)),
    );
    tx.emit({ type: 'rule.changed', data: { ruleId: id } });
  });
}

/** What it did stays done, and in the history of the conversations. Answers its name. Raises not_found. */
export async function removeRule(scope: Scope | WriteScope, id: RuleId): Promise<string> {
  return transact(scope, async (tx) => {
    const { name } = await findRule(tx, id);
    await deleteRule(tx, id);
    tx.emit({ type: 'rule.changed', data: { ruleId: id } });
    return name;
  });
}

/** What a person wrote in the form that is stored. Raises invalid with the field. */
export function checked(input: RuleInput): RuleInput {
  const name = storable(input.name).replace(/\s+/g, ' ').trim();
  const conditions = input.conditions.map(checkedCondition);
  const problems: Record<string, string> = {};
  if (name === '') problems['name'] = 'forms.required';
  else if (name.length > MAX_NAME_CHARS) problems['name'] = 'forms.too_long';
  if (conditions.length === 0) problems['conditions'] = 'rules.problem.no_condition';
  const fields = conditions.map(({ field }) => field);
  const twice = fields.find((field, at) => fields.indexOf(field) !== at);
  if (twice) problems[twice] = 'rules.problem.twice';
  for (const one of conditions) {
    const problem = conditionProblem(one);
    if (problem) problems[one.field] ??= problem;
  }
  const { folderId, labelIds, assigneeId, teamId, close, spam, snooze, answerId, notifyIds } = input.actions;
  const acts =
    folderId ?? assigneeId ?? teamId ?? answerId ?? snooze ?? (close || spam || labelIds.length > 0 || notifyIds.length > 0 || null);
  if (acts === null && !input.stops) problems['actions'] = 'rules.problem.no_action';
  if (close && snooze !== null) problems['snooze'] = 'rules.problem.close_or_snooze';
  if (spam && (close || snooze !== null)) problems['spam'] = 'rules.problem.spam_and_more';
  // What answers us is never hidden.
  if (spam && input.answers) problems['spam'] = 'rules.problem.spam_answers';
  if (spam && answerId !== null) problems['answerId'] = 'rules.problem.spam_answer';
  if (Object.keys(problems).length > 0) throw new InvalidError(problems);
  return { ...input, name, conditions };
}

const lined = (text: string): string => storable(text).replace(/\s+/g, ' ').trim();

function checkedCondition(condition: Condition): Condition {
  if (!('values' in condition)) return condition;
  return { ...condition, values: [...new Set(condition.values.map(lined).filter((value) => value !== ''))] };
}

function conditionProblem(condition: Condition): string | null {
  if (!('values' in condition)) return null;
  const { values, operator } = condition;
  if (values.length === 0) return 'rules.problem.no_value';
  const limit = operator === 'matches' ? MAX_PATTERN_CHARS : MAX_VALUE_CHARS;
  if (values.some((value) => value.length > limit)) return 'forms.too_long';
  return operator === 'matches' && values.some((value) => /^\*+$/.test(value)) ? 'rules.problem.fits_all' : null;
}

async function expectWhole(tx: WriteScope, input: RuleInput): Promise<void> {
  const broken = brokenFields(input, await readNames(tx));
  if (broken.length > 0) throw new InvalidError(Object.fromEntries(broken.map((field) => [field, 'rules.problem.gone'])));
}
