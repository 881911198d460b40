import { z } from 'zod';
import { STATUSES } from '../conversations/types.ts';
import type { Id, InboxId, MessageId } from '../lib/ids.ts';

const moment = z.iso
  .datetime()
  .transform((text) => new Date(text))
  .nullable();

/** What a conversation was like when it was deleted, and is again once it is put back. */
export const MEMORY = z.object({
  status: z.enum(STATUSES),
  closedAt: moment,
  waitingSince: moment,
  snoozedUntil: moment,
  snoozedBy: z.number().nullable(),
});
export type Memory = z.output<typeof MEMORY>;

/** What took it out again: a person (or a program for him), or a new mail of the customer. */
export const BACK_BY = ['agent', 'mail'] as const;
export type BackBy = (typeof BACK_BY)[number];

/** That it was put into the trash, or came out of it, in the time line. */
export interface TrashLine {
  readonly id: string;
  readonly what: 'trashed' | `restored_${BackBy}`;
  /** The newest message that was there, 0 = none. */
  readonly afterMessageId: MessageId;
  /** '' = a program without an agent, the mail itself, or somebody whose account is gone. */
  readonly by: string;
  readonly at: Date;
}

/** How the reason begins with which something is settled that was deleted for good before; the number of its tombstone follows. */
export const RETURNED = 'tombstone:';

/** What is left of a message that was deleted for good. */
export interface Tombstone {
  readonly id: Id<'tombstones'>;
  readonly inboxId: InboxId;
  /** The number that its conversation had. */
  readonly conversationId: number;
  readonly externalId: string | null;
  /** We wrote it. */
  readonly isOurs: boolean;
  readonly purgedAt: Date;
  /** How often the same mail came again since. */
  readonly returns: number;
  readonly returnedAt: Date | null;
}
