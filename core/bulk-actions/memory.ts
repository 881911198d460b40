import { z } from 'zod';
import type { Conversation } from '../conversations/types.ts';
import { STATUSES } from '../conversations/types.ts';
import type { MessageId } from '../lib/ids.ts';
import type { BulkKind } from './types.ts';

const moment = z.iso.datetime().transform((text) => new Date(text));
const number = z.number().nullable();

/** What of a conversation such an act may change, or what shows that somebody else has changed it. */
const SNAPSHOT = z.object({
  status: z.enum(STATUSES),
  closedAt: moment.nullable(),
  waitingSince: moment.nullable(),
  assigneeId: number,
  teamId: number.default(null),
  folderId: z.number(),
  ignoredAt: moment.nullable(),
  snoozedUntil: moment.nullable(),
  snoozedBy: number,
  spam: z.object({ at: moment, reason: z.string(), score: number }).nullable(),
  trashedAt: moment.nullable().default(null),
  lastMessageId: number,
  readUpTo: number,
});
export type Snapshot = z.output<typeof SNAPSHOT>;
const MEMORY = z.object({ before: SNAPSHOT, after: SNAPSHOT });
export type Memory = z.output<typeof MEMORY>;

export const snapshotOf = (now: Conversation, readUpTo: MessageId | null = null): Snapshot => ({
  status: now.status,
  closedAt: now.closedAt,
  waitingSince: now.waitingSince,
  assigneeId: now.assigneeId,
  teamId: now.teamId,
  folderId: now.folderId,
  ignoredAt: now.ignored?.at ?? null,
  snoozedUntil: now.snoozedUntil,
  snoozedBy: now.snoozedBy,
  spam: now.spam && { at: now.spam.at, reason: now.spam.reason, score: now.spam.score },
  trashedAt: now.trashedAt,
  lastMessageId: now.lastMessageId,
  readUpTo,
});

const STATE = ['status', 'closedAt', 'snoozedUntil', 'spam', 'trashedAt', 'lastMessageId'] as const;

/** Where one of these is another than the act left it, somebody has been there since. A label and what was read are looked at by themselves. */
const WATCHED: Readonly<Record<BulkKind, readonly (keyof Snapshot)[]>> = {
  close: STATE,
  reopen: STATE,
  snooze: STATE,
  spam: STATE,
  not_spam: STATE,
  trash: STATE,
  untrash: STATE,
  ignore: ['status', 'ignoredAt', 'lastMessageId'],
  assign: ['assigneeId', 'teamId'],
  file: ['folderId'],
  label: [],
  unlabel: [],
  read: ['readUpTo'],
};

/** Whether both are the same in what that kind of act is about. */
export const isSameFor = (kind: BulkKind, a: Snapshot, b: Snapshot): boolean =>
  WATCHED[kind].every((key) => JSON.stringify(a[key]) === JSON.stringify(b[key]));

export const packMemory = (memory: Memory): string => JSON.stringify(memory);
export const readMemory = (text: string | null): Memory => MEMORY.parse(JSON.parse(text ?? 'null'));
