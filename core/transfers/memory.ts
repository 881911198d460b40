import { z } from 'zod';
import { type Conversation, STATUSES } from '../conversations/types.ts';
import type { AgentId, LabelId, MessageId } from '../lib/ids.ts';
import type { Memory, SideState } from './types.ts';

const instant = z.iso
  .datetime()
  .nullable()
  .transform((text) => (text === null ? null : new Date(text)));
const messageId = z.int().transform((id) => id as MessageId);
const agentId = z.int().transform((id) => id as AgentId);
const side = z.object({
  status: z.enum(STATUSES),
  closedAt: instant,
  waitingSince: instant,
  // Of what was written down before they were remembered nobody knows.
  snoozedUntil: instant.default(null),
  snoozedBy: agentId.nullable().default(null),
  pretends: z.boolean(),
  snippet: z.string(),
  lastMessageId: messageId.nullable(),
});
const sides = z.object({ from: side, to: side });
const stored = z.object({
  before: sides,
  after: sides,
  drafts: z.array(z.int()),
  reads: z.array(z.object({ agentId, was: messageId.nullable(), became: messageId })),
  strangers: z.array(messageId),
  labels: z.array(z.int().transform((id) => id as LabelId)).default([]),
});

export const readMemory = (json: string): Memory => stored.parse(JSON.parse(json));
export const writeMemory = (memory: Memory): string => JSON.stringify(memory);

export const sideOf = (conversation: Conversation): SideState => {
  const { status, closedAt, waitingSince, snoozedUntil, snoozedBy, pretends, snippet, lastMessageId } = conversation;
  return { status, closedAt, waitingSince, snoozedUntil, snoozedBy, pretends, snippet, lastMessageId };
};

/** Whether two states say the same of what a transfer may have changed. */
export const isSameSide = (a: SideState, b: SideState): boolean => a.status === b.status && isSameInstant(a.waitingSince, b.waitingSince);

export const isSameInstant = (a: Date | null, b: Date | null): boolean => a?.getTime() === b?.getTime();
