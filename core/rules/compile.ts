import type { InboxId, LabelId } from '../lib/ids.ts';
import type { ToldLanguage } from '../lib/language-of.ts';
import { compilePattern } from './pattern.ts';
import {
  type Condition,
  LABEL_FIELDS,
  type LabelsCondition,
  type Operator,
  type Reason,
  type Rule,
  type RuleInput,
  type TextField,
  type WordsCondition,
} from './types.ts';

/** What conditions are asked about; words in lower case. Null = not read, since no rule asks for it. */
export interface Facts extends Readonly<Record<Exclude<TextField, 'body'>, readonly string[]>> {
  readonly body: string | null;
  /** By their names in lower case. */
  readonly headers: ReadonlyMap<string, readonly string[]> | null;
  readonly hasAttachment: boolean;
  readonly inboxId: InboxId;
  /** Null = nobody scored it. */
  readonly spamScore: number | null;
  /** Whether it came in working hours; null = not asked. */
  readonly atWork: boolean | null;
  /** What it is written in; null = not asked, or nobody can say. */
  readonly language: ToldLanguage | null;
  /** Labels of whoever wrote; null = not asked. */
  readonly senderLabels: ReadonlySet<LabelId> | null;
}

/** What of a message has to be read to ask a rule. */
export interface Needs {
  readonly body: boolean;
  readonly headers: boolean;
  readonly hours: boolean;
  readonly language: boolean;
  readonly senderLabels: boolean;
}

/** A rule that is ready to be asked: the conditions that fitted, or null. */
export interface ReadyRule {
  readonly rule: Rule;
  readonly needs: Needs;
  readonly ask: (facts: Facts) => readonly Reason[] | null;
}

type Ask = (facts: Facts) => Reason | null;

export const needsOf = (rules: readonly Pick<RuleInput, 'conditions'>[]): Needs => {
  const fields = new Set(rules.flatMap(({ conditions }) => conditions.map(({ field }) => field)));
  const language = fields.has('language');
  const senderLabels = LABEL_FIELDS.some((field) => fields.has(field));
  return {
    body: language || fields.has('body'),
    headers: fields.has('header'),
    hours: fields.has('working_hours'),
    language,
    senderLabels,
  };
};

export function readyRule(rule: Rule): ReadyRule {
  return { rule, needs: needsOf([rule]), ask: compileConditions(rule) };
}

/** Of `any` the first that fits is reason enough. */
export function compileConditions({ conditions, match }: Pick<RuleInput, 'conditions' | 'match'>): ReadyRule['ask'] {
  const asks = conditions.map(compileCondition);
  if (asks.length === 0) return () => null;
  if (match === 'any')
    return (facts) => {
      for (const ask of asks) {
        const reason = ask(facts);
        if (reason) return [reason];
      }
      return null;
    };
  return (facts) => {
    const reasons: Reason[] = [];
    for (const ask of asks) {
      const reason = ask(facts);
      if (!reason) return null;
      reasons.push(reason);
    }
    return reasons;
  };
}

function compileCondition(condition: Condition): Ask {
  if ('values' in condition) return compileWords(condition);
  if ('labelIds' in condition) return compileLabels(condition);
  const { field } = condition;
  if (field === 'attachment') return ({ hasAttachment }) => (hasAttachment ? { field } : null);
  if (field === 'inbox') return ({ inboxId }) => (inboxId === condition.inboxId ? { field, value: String(inboxId) } : null);
  if (field === 'working_hours')
    return ({ atWork }) => (atWork === condition.within ? { field, value: condition.within ? 'within' : 'outside' } : null);
  if (field === 'language') return ({ language }) => (language === condition.language ? { field, value: language } : null);
  const { atLeast } = condition;
  return ({ spamScore }) => (spamScore !== null && spamScore >= atLeast ? { field, value: String(atLeast) } : null);
}

function compileLabels({ field, labelIds }: LabelsCondition): Ask {
  return ({ senderLabels }) => {
    if (senderLabels === null) return null;
    const borne = labelIds.find((id) => senderLabels.has(id));
    if (field === 'no_contact_label') return borne === undefined ? { field, value: labelIds.join(',') } : null;
    return borne === undefined ? null : { field, value: String(borne) };
  };
}

function compileWords(condition: WordsCondition): Ask {
  const { field, operator, values } = condition;
  const tests = values.map((value) => ({ value, test: compileValue(operator, value.toLowerCase()) }));
  const header = condition.field === 'header' ? condition.header : undefined;
  const key = header?.toLowerCase() ?? '';
  return (facts) => {
    const texts = field === 'header' ? (facts.headers?.get(key) ?? []) : field === 'body' ? [facts.body ?? ''] : facts[field];
    for (const { value, test } of tests) if (texts.some(test)) return { field, operator, value, ...(header ? { header } : {}) };
    return null;
  };
}

function compileValue(operator: Operator, value: string): (text: string) => boolean {
  if (operator === 'is') return (text) => text === value;
  if (operator === 'contains') return (text) => text.includes(value);
  if (operator === 'starts') return (text) => text.startsWith(value);
  if (operator === 'ends') return (text) => text.endsWith(value);
  return compilePattern(value);
}
