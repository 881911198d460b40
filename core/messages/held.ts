import { z } from 'zod';
import { type Conversation, STATUSES } from '../conversations/types.ts';
import type { AgentId } from '../lib/ids.ts';

/** When a message is to leave. */
export interface Schedule {
  readonly at: Date;
  /** Take it back when the contact writes first. */
  readonly stopsOnAnswer: boolean;
}

/** What a conversation was like before a message of ours was added; taking the message back restores it. */
export type StateBefore = Pick<Conversation, 'status' | 'closedAt' | 'waitingSince' | 'snoozedUntil' | 'snoozedBy'>;

/** What is stored beside an outbound message so that it can be taken back. */
export interface Held {
  readonly schedule: Schedule | null;
  readonly before: StateBefore;
}

const instant = z.iso
  .datetime()
  .nullable()
  .transform((text) => (text === null ? null : new Date(text)));
const stored = z.object({
  status: z.enum(STATUSES),
  closedAt: instant,
  waitingSince: instant,
  // Of what was written down before they were remembered nobody knows.
  snoozedUntil: instant.default(null),
  snoozedBy: z
    .int()
    .transform((id) => id as AgentId)
    .nullable()
    .default(null),
});

export const stateOf = ({ status, closedAt, waitingSince, snoozedUntil, snoozedBy }: Conversation): StateBefore => ({
  ...{ status, closedAt, waitingSince, snoozedUntil, snoozedBy },
});

export const readStateBefore = (json: string | null): StateBefore | null => (json === null ? null : stored.parse(JSON.parse(json)));

/** The columns of `messages` that hold it. */
export const heldColumns = (held: Held | undefined) => ({
  scheduled_at: held?.schedule?.at.toISOString() ?? null,
  stops_on_answer: held?.schedule?.stopsOnAnswer ?? false,
  before_sending: held ? JSON.stringify(held.before) : null,
});
