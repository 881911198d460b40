import { type Scope, transact } from '../db/scope.ts';
import { ConflictError, InvalidError, NotFoundError } from '../lib/errors.ts';
import type { Page } from '../lib/page.ts';
import { storable } from '../lib/text.ts';
import { countRules, deleteRule, insertRule, listRules } from './store.ts';
import { type AdmissionId, type AdmissionRule, MAX_RULES, type Subject, type Verdict } from './types.ts';
import { normalValue } from './value.ts';

export interface RuleInput {
  readonly verdict: Verdict;
  readonly subject: Subject;
  readonly value: string;
  readonly reason: string;
}

/** Adds a rule. Raises InvalidError for a value that no mail could have or that is there already, `too_many_rules` at the limit. */
export async function addRule(scope: Scope, input: RuleInput): Promise<AdmissionId> {
  const value = normalValue(input.subject, input.value);
  if (value === null) throw new InvalidError({ value: `admissions.problem.${input.subject}` });
  return transact(scope, async (tx) => {
    if ((await countRules(tx)) >= MAX_RULES)
      throw new ConflictError('too_many_rules', `There may be ${MAX_RULES} rules at most`, 'Remove some that no longer decide anything.');
    const id = await insertRule(tx, { ...input, value, reason: storable(input.reason.trim()) });
    if (id === null) throw new InvalidError({ value: 'admissions.problem.taken' });
    tx.emit({ type: 'admission.changed', data: { admissionId: id } });
    return id;
  });
}

export async function removeRule(scope: Scope, id: AdmissionId): Promise<void> {
  await transact(scope, async (tx) => {
    if (!(await deleteRule(tx, id))) throw new NotFoundError('The rule');
    tx.emit({ type: 'admission.changed', data: { admissionId: id } });
  });
}

const PAGE = 50;

/** Newest first. */
export async function pageOfRules(scope: Scope, before: number | null): Promise<Page<AdmissionRule>> {
  const rules = await listRules(scope, PAGE + 1, before);
  const items = rules.slice(0, PAGE);
  return { items, next: rules.length > PAGE ? String(items.at(-1)?.id) : null };
}
