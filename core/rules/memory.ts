import { z } from 'zod';
import type { Conversation } from '../conversations/types.ts';
import type { AgentId, FolderId, LabelId, TeamId } from '../lib/ids.ts';

const instant = z
  .string()
  .nullable()
  .transform((text) => (text === null ? null : new Date(text)));
const SIDE = z.object({
  folderId: z.int().transform((id) => id as FolderId),
  assigneeId: z
    .int()
    .transform((id) => id as AgentId)
    .nullable(),
  teamId: z
    .int()
    .transform((id) => id as TeamId)
    .nullable()
    .default(null),
  status: z.enum(['open', 'snoozed', 'closed']),
  closedAt: instant,
  snoozedUntil: instant,
  snoozedBy: z
    .int()
    .transform((id) => id as AgentId)
    .nullable()
    .default(null),
  waitingSince: instant,
});
const MEMORY = z.object({
  before: SIDE,
  after: SIDE,
  labelIds: z.array(z.int().transform((id) => id as LabelId)),
  /** It went into spam. */
  toSpam: z.boolean().default(false),
});

/** What an act may change in a conversation. */
export type Side = Pick<
  Conversation,
  'folderId' | 'assigneeId' | 'teamId' | 'status' | 'closedAt' | 'snoozedUntil' | 'snoozedBy' | 'waitingSince'
>;

/** What undoing an act needs to know: the conversation before and after, and the labels that it put on. */
export interface Memory {
  readonly before: Side;
  readonly after: Side;
  readonly labelIds: readonly LabelId[];
  readonly toSpam: boolean;
}

export const sideOf = ({ folderId, assigneeId, teamId, status, closedAt, snoozedUntil, snoozedBy, waitingSince }: Side): Side => ({
  ...{ folderId, assigneeId, teamId, status, closedAt, snoozedUntil, snoozedBy, waitingSince },
});

export const writeMemory = (memory: Memory): string => JSON.stringify(memory);
export const readMemory = (json: string): Memory => MEMORY.parse(JSON.parse(json));
