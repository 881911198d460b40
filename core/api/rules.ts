import { z } from 'zod';
import { allow } from '../conversations/allow.ts';
import { transact } from '../db/scope.ts';
import { TOLD_LANGUAGES } from '../lib/language-of.ts';
import { listMessages } from '../messages/list.ts';
import { actsOn, findAct, type ListedAct, listActs } from '../rules/acts.ts';
import type { ReadHeaders } from '../rules/complete.ts';
import { brokenFields, readNames } from '../rules/names.ts';
import { addRule, changeRule, checked, findRule, listRules, orderRule, removeRule } from '../rules/save.ts';
import { TRIAL_MESSAGES, tryRule } from '../rules/trial.ts';
import { DEEDS, LABEL_FIELDS, OPERATORS, REMAINDERS, RULE_CHANGES, RULE_INPUT, type Rule, type RuleAct } from '../rules/types.ts';
import { undoAct } from '../rules/undo.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { pageInMemory } from './paging.ts';
import { id, instant, named, numberText, pageOf, paging } from './schemas.ts';

const words = { operator: z.enum(OPERATORS), values: z.array(z.string()) };
const condition = z.union([
  z.strictObject({ field: z.enum(['recipient', 'sender', 'subject', 'body', 'attachment_name']), ...words }),
  z.strictObject({ field: z.literal('header'), header: z.string(), ...words }),
  z.strictObject({ field: z.literal('attachment') }),
  z.strictObject({ field: z.literal('inbox'), inboxId: id }),
  z.strictObject({ field: z.literal('spam_score'), atLeast: z.number() }),
  z.strictObject({ field: z.literal('working_hours'), within: z.boolean() }),
  z.strictObject({ field: z.literal('language'), language: z.enum(TOLD_LANGUAGES) }),
  z.strictObject({ field: z.enum(LABEL_FIELDS), labelIds: z.array(id) }),
]);
const rule = named(
  'Rule',
  z.strictObject({
    id,
    keeperId: id.nullable().describe('It acts only where this agent may move conversations; null = everywhere.'),
    name: z.string(),
    enabled: z.boolean(),
    match: z.enum(['all', 'any']),
    answers: z.boolean().describe('Also mail that joins a conversation which was there already.'),
    conditions: z.array(condition),
    actions: z.strictObject({
      folderId: id.nullable(),
      labelIds: z.array(id),
      assigneeId: id.nullable(),
      teamId: id.nullable(),
      close: z.boolean(),
      spam: z.boolean().describe('Into spam; not together with close, snooze or an answer.'),
      snooze: z.union([z.literal('working_day'), z.int()]).nullable(),
      answerId: id.nullable(),
      notifyIds: z.array(id),
    }),
    stops: z.boolean(),
    broken: z.array(z.string()).describe('Fields that name what is gone; while there are any, the rule is left out.'),
    actCount: z.int(),
    lastActAt: instant.nullable(),
  }),
);
const reason = z.strictObject({
  field: z.string(),
  operator: z.enum(OPERATORS).optional(),
  value: z.string().optional(),
  header: z.string().optional(),
});
const act = named(
  'RuleAct',
  z.strictObject({
    id,
    ruleId: id.nullable(),
    ruleName: z.string(),
    conversationId: id,
    messageId: id,
    at: instant,
    reasons: z.array(reason),
    deeds: z.array(z.strictObject({ kind: z.enum(DEEDS), name: z.string(), detail: z.string().nullable() })),
    failure: z.string().nullable().describe('Why nothing was done; null = it was.'),
    undoneAt: instant.nullable(),
    left: z.array(z.enum(REMAINDERS)).describe('What could not be taken back.'),
  }),
);
const actPage = pageOf('RuleActPage', act);
const trial = named(
  'RuleTrial',
  z.strictObject({
    looked: z.int(),
    fits: z.array(z.strictObject({ messageId: id, conversationId: id, subject: z.string(), reasons: z.array(reason) })),
  }),
);
const removed = named('RemovedRule', z.strictObject({ id, name: z.string() }));
const _errors = { 403: '`forbidden`: the agent of the key is not an administrator' };

const actView = ({ undoneBy: _, at, undoneAt, reasons, deeds, left, ...one }: RuleAct | ListedAct): z.input<typeof act> => ({
  ...{ id: one.id, ruleId: one.ruleId, ruleName: one.ruleName, conversationId: one.conversationId, messageId: one.messageId },
  at: at.toISOString(),
  reasons: [...reasons],
  deeds: deeds.map(({ kind, name, detail = null }) => ({ kind, name, detail })),
  failure: one.failure,
  undoneAt: undoneAt?.toISOString() ?? null,
  left: [...left],
});

/** Rules for received mail, for keys of whoever may keep them; and what rules did in a conversation, for whoever sees it. */
export function ruleEndpoints(readHeaders: ReadHeaders): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/rules',
      needs: 'rules',
      summary: 'All rules, in the order in which they are asked',
      query: z.strictObject(paging),
      response: pageOf('RulePage', rule),
      handle: async ({ scope, query }) => {
        const names = await readNames(scope);
        const ordered = (await listRules(scope)).map((one, at) => ({ one, id: at + 1 }));
        const { items, next } = pageInMemory(ordered, query.limit, query.cursor);
        return { items: items.map(({ one }) => view(one, brokenFields(one, names))), next };
      },
    }),
    endpoint({
      method: 'POST',
      path: '/rules',
      needs: 'rules',
      summary: 'Add a rule, as the last one',
      body: RULE_INPUT,
      response: rule,
      status: 201,
      errors: { 409: '`too_many_rules`' },
      handle: async ({ scope, body }) => {
        return view(await findRule(scope, await addRule(scope, body)), []);
      },
    }),
    endpoint({
      method: 'POST',
      path: '/rule-trials',
      needs: 'rules',
      summary: 'Say which of the newest received messages a rule would act on, and change nothing',
      query: z.strictObject({ limit: numberText(1, TRIAL_MESSAGES).default(TRIAL_MESSAGES) }),
      body: RULE_INPUT,
      response: trial,
      handle: async ({ scope, body, query }) => {
        const { looked, fits } = await tryRule(scope, readHeaders, checked(body), query.limit);
        const shown = fits.map(({ matter: { id: messageId, conversationId, subject }, reasons }) => ({
          ...{ messageId, conversationId, subject, reasons: [...reasons] },
        }));
        return { looked, fits: shown };
      },
    }),
    endpoint({
      method: 'PATCH',
      path: '/rules/:id',
      needs: 'rules',
      summary: 'Change a rule, or its place in the order',
      body: RULE_CHANGES.extend({ position: z.int().min(1).max(10_000).optional().describe('1 = the first.') }),
      response: rule,
      handle: async ({ scope, id: ruleId, body: { position, ...changes } }) => {
        const before = await findRule(scope, ruleId);
        const { name = before.name, enabled = before.enabled, match = before.match, answers = before.answers } = changes;
        const { conditions = before.conditions, actions = before.actions, stops = before.stops } = changes;
        await transact(scope, async (tx) => {
          if (Object.keys(changes).length > 0) await changeRule(tx, ruleId, { name, enabled, match, answers, conditions, actions, stops });
          if (position !== undefined) await orderRule(tx, ruleId, position);
        });
        const after = await findRule(scope, ruleId);
        return view(after, brokenFields(after, await readNames(scope)));
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/rules/:id',
      needs: 'rules',
      summary: 'Delete a rule; what it did stays',
      response: removed,
      handle: async ({ scope, id: ruleId }) => {
        return { id: ruleId, name: await removeRule(scope, ruleId) };
      },
    }),
    endpoint({
      method: 'GET',
      path: '/rules/:id/acts',
      needs: 'rules',
      summary: 'What a rule did and failed to do, newest first',
      query: z.strictObject(paging),
      response: actPage,
      handle: async ({ scope, id: ruleId, query }) => {
        await findRule(scope, ruleId);
        const { items, next } = await listActs(scope, ruleId, { cursor: query.cursor ?? null, limit: query.limit });
        return { items: items.map(actView), next };
      },
    }),
    endpoint({
      method: 'GET',
      path: '/conversations/:id/rule-acts',
      summary: 'What rules did to the newest messages of a conversation',
      response: actPage,
      handle: async ({ scope, id: conversationId }) => {
        await allow(scope, 'conversation:read', conversationId);
        const { items } = await listMessages(scope, conversationId, { limit: 200 });
        const ids = items.map((message) => message.id);
        return { items: (await actsOn(scope, ids)).map(actView), next: null };
      },
    }),
    endpoint({
      method: 'POST',
      path: '/rule-acts/:id/reversal',
      summary: 'Undo what a rule did, as far as nobody has changed it since; what was sent stays sent',
      response: act,
      errors: { 409: '`rule_act_undone`; `nothing_to_undo`; `conversation_merged`' },
      handle: async ({ scope, id: actId }) => {
        await allow(scope, 'conversation:move', (await findAct(scope, actId)).conversationId);
        return actView(await undoAct(scope, actId));
      },
    }),
  ];
}

const view = ({ lastActAt, ...one }: Rule, broken: readonly string[]): z.input<typeof rule> => ({
  ...one,
  lastActAt: lastActAt?.toISOString() ?? null,
  broken: [...broken],
});
