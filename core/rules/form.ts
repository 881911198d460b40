import { z } from 'zod';
import { InvalidError } from '../lib/errors.ts';
import { parseId } from '../lib/ids.ts';
import { TOLD_LANGUAGES } from '../lib/language-of.ts';
import { LABEL_FIELDS, OPERATORS, RULE_INPUT, type Rule, type RuleInput, TEXT_FIELDS } from './types.ts';

/** Fields whose conditions compare words, in the order in which the form shows them. */
const WORDS = [...TEXT_FIELDS, 'header'] as const;

const text = z.string().max(20_000, 'forms.too_long').default('');
const number = text.transform((typed) => (typed.trim() === '' ? null : Number(typed.replace(',', '.'))));
const id = text.transform((typed) => parseId<never>(typed));
const ids = z
  .union([z.string().transform((one) => [one]), z.array(z.string())])
  .default([])
  .transform((all) => all.flatMap((one) => parseId<never>(one) ?? []));
const switched = z
  .union([z.string(), z.array(z.string())])
  .default('off')
  .transform((value) => [value].flat().at(-1) === 'on');
const operator = z.enum(OPERATORS).default('contains');

const FORM = z.object({
  name: text,
  enabled: switched,
  match: z.enum(['all', 'any']).default('all'),
  answers: switched,
  stops: switched,
  header_name: text.transform((typed) => typed.trim().replace(/:$/, '')),
  attachment: switched,
  inbox: id,
  spam_score: number,
  working_hours: z.enum(['', 'within', 'outside']).default(''),
  language: z.enum(['', ...TOLD_LANGUAGES]).default(''),
  contact_label: ids,
  no_contact_label: ids,
  folderId: id,
  labelIds: ids,
  assigneeId: id,
  teamId: id,
  answerId: id,
  notifyIds: ids,
  state: z.enum(['', 'close', 'spam', 'working_day', 'days']).default(''),
  days: number,
});

/** The rule that a form describes. Raises invalid with the fields of the form. */
export function readRule(form: unknown): RuleInput {
  const typed = readFields(FORM, form);
  const conditions = [
    ...readWords(form, typed.header_name),
    ...(typed.attachment ? [{ field: 'attachment' }] : []),
    ...(typed.inbox === null ? [] : [{ field: 'inbox', inboxId: typed.inbox }]),
    ...(typed.spam_score === null ? [] : [{ field: 'spam_score', atLeast: typed.spam_score }]),
    ...(typed.language === '' ? [] : [{ field: 'language', language: typed.language }]),
    ...LABEL_FIELDS.flatMap((field) => (typed[field].length === 0 ? [] : [{ field, labelIds: typed[field] }])),
    ...(typed.working_hours === '' ? [] : [{ field: 'working_hours', within: typed.working_hours === 'within' }]),
  ];
  const snooze = typed.state === 'days' ? (typed.days ?? 0) : typed.state === 'working_day' ? typed.state : null;
  const { folderId, labelIds, assigneeId, teamId, answerId, notifyIds } = typed;
  const actions = {
    folderId,
    labelIds,
    assigneeId,
    teamId,
    answerId,
    notifyIds,
    close: typed.state === 'close',
    spam: typed.state === 'spam',
    snooze,
  };
  const { name, enabled, match, answers, stops } = typed;
  const parsed = RULE_INPUT.safeParse({ name, enabled, match, answers, stops, conditions, actions });
  if (parsed.success) return parsed.data;
  throw new InvalidError(
    Object.fromEntries(
      parsed.error.issues.map(({ path: [first, second], code }) => {
        const field = first === 'conditions' ? (conditions[Number(second)]?.field ?? 'conditions') : String(second ?? first);
        return [field, code === 'too_big' ? 'forms.too_long' : 'forms.wrong'];
      }),
    ),
  );
}

/** A field with one value a line; an empty one says nothing. */
function readWords(form: unknown, header: string) {
  const values = readFields(z.object(Object.fromEntries(WORDS.map((field) => [field, text]))), form);
  const operators = readFields(z.object(Object.fromEntries(WORDS.map((field) => [`${field}_operator`, operator]))), form);
  return WORDS.flatMap((field) => {
    const lines = (values[field] ?? '').split('\n').flatMap((line) => line.trim() || []);
    if (lines.length === 0 && !(field === 'header' && header !== '')) return [];
    return [{ field, operator: operators[`${field}_operator`], values: lines, ...(field === 'header' ? { header } : {}) }];
  });
}

function readFields<T>(schema: z.ZodType<T>, form: unknown): T {
  const parsed = schema.safeParse(form);
  if (parsed.success) return parsed.data;
  throw new InvalidError(Object.fromEntries(parsed.error.issues.map(({ path }) => [String(path[0] ?? 'form'), 'forms.wrong'])));
}

/** What the fields of the form hold for a rule. */
export function formOf({ conditions, actions, ...rule }: Rule | RuleInput): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = { ...rule, ...actions };
  for (const one of conditions) {
    if ('values' in one) {
      values[one.field] = one.values.join('\n');
      values[`${one.field}_operator`] = one.operator;
      if (one.field === 'header') values['header_name'] = one.header;
    } else if ('labelIds' in one) values[one.field] = one.labelIds;
    else if (one.field === 'inbox') values['inbox'] = one.inboxId;
    else if (one.field === 'spam_score') values['spam_score'] = one.atLeast;
    else if (one.field === 'language') values['language'] = one.language;
    else if (one.field === 'working_hours') values['working_hours'] = one.within ? 'within' : 'outside';
    else values['attachment'] = true;
  }
  values['state'] = actions.close
    ? 'close'
    : actions.spam
      ? 'spam'
      : actions.snooze === null
        ? ''
        : actions.snooze === 'working_day'
          ? 'working_day'
          : 'days';
  values['days'] = typeof actions.snooze === 'number' ? actions.snooze : '';
  return values;
}

const TICKED = ['labelIds', 'notifyIds', ...LABEL_FIELDS];

/** The same for a form that comes back because something in it is wrong. */
export const retyped = (form: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  ...form,
  ...Object.fromEntries(['enabled', 'answers', 'stops', 'attachment'].map((name) => [name, switched.parse(form[name])])),
  ...Object.fromEntries(TICKED.map((name) => [name, ids.catch([]).parse(form[name])])),
});

export const EMPTY_FORM = { enabled: true, match: 'all', ...Object.fromEntries(TICKED.map((name) => [name, []])) };
