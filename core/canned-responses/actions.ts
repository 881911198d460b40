import { z } from 'zod';
import { type AgentId, type FolderId, type LabelId, MAX_ID, type TeamId } from '../lib/ids.ts';

const given = <Id>() =>
  z
    .int()
    .min(1)
    .max(MAX_ID)
    .transform((id) => id as Id);

export const MAX_SNOOZE_DAYS = 365;

/** What is done with the conversation when a message with the template is sent. */
export const MACRO = z.strictObject({
  labelIds: z.array(given<LabelId>()).max(30).default([]),
  /** `me` = whoever sends it. */
  assignee: z
    .union([z.literal('me'), given<AgentId>()])
    .nullable()
    .default(null),
  /** Given to a team, of which nobody has it then. */
  teamId: given<TeamId>().nullable().default(null),
  close: z.boolean().default(false),
  /** Until eight o'clock so many days from then. */
  snoozeDays: z.int().min(1).max(MAX_SNOOZE_DAYS).nullable().default(null),
  folderId: given<FolderId>().nullable().default(null),
});
export type MacroActions = z.output<typeof MACRO>;

/** Null in place of what does nothing. */
export const orNothing = (actions: MacroActions): MacroActions | null => {
  const { labelIds, assignee, teamId, close, snoozeDays, folderId } = actions;
  const isIdle = [assignee, teamId, snoozeDays, folderId].every((one) => one === null);
  return isIdle && labelIds.length === 0 && !close ? null : actions;
};
