import { z } from 'zod';
import type {
  AgentId,
  CannedResponseId,
  ConversationId,
  FolderId,
  InboxId,
  LabelId,
  MessageId,
  RuleActId,
  RuleId,
  TeamId,
} from '../lib/ids.ts';
import { MAX_ID } from '../lib/ids.ts';
import { TOLD_LANGUAGES } from '../lib/language-of.ts';

/** What a person compares words with; the first three are what a form asks first. */
export const TEXT_FIELDS = ['recipient', 'sender', 'subject', 'body', 'attachment_name'] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

/** `matches` knows * (any letters, also none) and ? (one letter). Case never counts. */
export const OPERATORS = ['contains', 'is', 'starts', 'ends', 'matches'] as const;
export type Operator = (typeof OPERATORS)[number];

export const MATCHES = ['all', 'any'] as const;
export type Match = (typeof MATCHES)[number];

/** What is asked of the sender's labels. */
export const LABEL_FIELDS = ['contact_label', 'no_contact_label'] as const;

export const MAX_RULES = 200;
export const MAX_VALUES = 50;
export const MAX_VALUE_CHARS = 200;
/** Of a value with wildcards: so many letters are followed at once. */
export const MAX_PATTERN_CHARS = 100;
export const MAX_SNOOZE_DAYS = 365;

const given = <Id>() =>
  z
    .int()
    .min(1)
    .max(MAX_ID)
    .transform((id) => id as Id);
const words = { operator: z.enum(OPERATORS), values: z.array(z.string().min(1).max(MAX_VALUE_CHARS)).min(1).max(MAX_VALUES) };

/** One of its values has to fit. Of a field a rule has at most one condition. */
export const CONDITION = z.discriminatedUnion('field', [
  z.strictObject({ field: z.enum(TEXT_FIELDS), ...words }),
  z.strictObject({ field: z.literal('header'), header: z.string().regex(/^[!-9;-~]{1,100}$/), ...words }),
  z.strictObject({ field: z.literal('attachment') }),
  z.strictObject({ field: z.literal('inbox'), inboxId: given<InboxId>() }),
  z.strictObject({ field: z.literal('spam_score'), atLeast: z.number().min(-1_000).max(1_000) }),
  z.strictObject({ field: z.literal('working_hours'), within: z.boolean() }),
  z.strictObject({ field: z.literal('language'), language: z.enum(TOLD_LANGUAGES) }),
  /** Whoever wrote bears one of these labels, or none of them. */
  z.strictObject({ field: z.enum(LABEL_FIELDS), labelIds: z.array(given<LabelId>()).min(1).max(MAX_VALUES) }),
]);
export type Condition = z.output<typeof CONDITION>;
export type WordsCondition = Extract<Condition, { readonly values: unknown }>;
export type LabelsCondition = Extract<Condition, { readonly labelIds: unknown }>;

export const ACTIONS = z.strictObject({
  folderId: given<FolderId>().nullable().default(null),
  labelIds: z.array(given<LabelId>()).max(30).default([]),
  assigneeId: given<AgentId>().nullable().default(null),
  /** Beside the assignee, who then has it for that team. */
  teamId: given<TeamId>().nullable().default(null),
  close: z.boolean().default(false),
  /** Into spam, where nothing else is done with it: no answer, no later rule. */
  spam: z.boolean().default(false),
  /** Days from now, at eight o'clock, or until somebody begins to work on a later day. */
  snooze: z
    .union([z.literal('working_day'), z.int().min(1).max(MAX_SNOOZE_DAYS)])
    .nullable()
    .default(null),
  /** A template of the company that is sent as an answer. */
  answerId: given<CannedResponseId>().nullable().default(null),
  notifyIds: z.array(given<AgentId>()).max(50).default([]),
});
export type Actions = z.output<typeof ACTIONS>;

/** What a person says of a rule. */
const PARTS = z.strictObject({
  name: z.string().max(500),
  enabled: z.boolean(),
  match: z.enum(MATCHES),
  /** Also for mail that joins a conversation which was there already. */
  answers: z.boolean(),
  conditions: z.array(CONDITION).max(20),
  actions: ACTIONS,
  /** What comes after it is not asked when it fits. */
  stops: z.boolean(),
});
export const RULE_INPUT = PARTS.extend({
  enabled: PARTS.shape.enabled.default(true),
  match: PARTS.shape.match.default('all'),
  answers: PARTS.shape.answers.default(false),
  stops: PARTS.shape.stops.default(false),
});
/** Absent = stays as it is. */
export const RULE_CHANGES = PARTS.partial();
export type RuleInput = z.output<typeof RULE_INPUT>;

/** What happens by itself to mail that fits (*reguła wiadomości*). */
export interface Rule extends RuleInput {
  readonly id: RuleId;
  /** It acts only where he may move conversations; null = everywhere. */
  readonly keeperId: AgentId | null;
  /** How often it acted, and when last; null = never. */
  readonly actCount: number;
  readonly lastActAt: Date | null;
}

/** Which condition fitted, and what of it. */
export interface Reason {
  readonly field: Condition['field'];
  readonly operator?: Operator | undefined;
  /** Of an inbox or labels their ids until they are named, several with commas between. */
  readonly value?: string | undefined;
  readonly header?: string | undefined;
}

export const DEEDS = ['folder', 'label', 'assignee', 'team', 'answered', 'not_answered', 'closed', 'snoozed', 'notified', 'spam'] as const;
/** One thing that a rule did: `name` = of the folder, label, agents or template; `detail` = until when, or why not. */
export interface Deed {
  readonly kind: (typeof DEEDS)[number];
  readonly name: string;
  readonly detail?: string | undefined;
  /** Of a folder, so that its name is told only to whoever sees it. */
  readonly id?: number | undefined;
}

/** What of an act could not be taken back. */
export const REMAINDERS = ['folder', 'assignee', 'state', 'answer'] as const;
export type Remainder = (typeof REMAINDERS)[number];

/** A rule that acted on a message, or failed to. */
export interface RuleAct {
  readonly id: RuleActId;
  /** Null = the rule is gone. */
  readonly ruleId: RuleId | null;
  readonly ruleName: string;
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly at: Date;
  readonly reasons: readonly Reason[];
  readonly deeds: readonly Deed[];
  /** A locale key that says why nothing was done; null = it was. */
  readonly failure: string | null;
  readonly undoneAt: Date | null;
  /** Name of who took it back; empty = nobody, or a program. */
  readonly undoneBy: string;
  readonly left: readonly Remainder[];
}
