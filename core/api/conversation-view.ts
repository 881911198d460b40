import { z } from 'zod';
import { type ConversationRow, STATUSES } from '../conversations/types.ts';
import type { FileHit } from '../file-texts/hits.ts';
import { type AppliedLabel, COLOURS } from '../labels/types.ts';
import type { MessagePage } from '../messages/types.ts';
import { agentName, agentView, message, messageView } from './message-view.ts';
import { id, instant, named, pageOf } from './schemas.ts';

export const appliedLabel = named(
  'AppliedLabel',
  z.strictObject({ id, name: z.string(), colour: z.enum(COLOURS), at: instant.describe('Since when.') }),
);

const shape = {
  id,
  subject: z.string(),
  status: z.enum(STATUSES),
  inboxId: id,
  folderId: id,
  contact: named('ContactName', z.strictObject({ id, name: z.string().describe('Empty when none is known.'), address: z.string() })),
  assignee: agentName.nullable(),
  teamId: id.nullable().describe('The team it was given to, beside the assignee or without one.'),
  labels: z.array(appliedLabel),
  snippet: z.string().describe('The beginning of the newest message.'),
  messageCount: z.int().nonnegative(),
  hasAttachments: z.boolean(),
  failedDeliveries: z.int().nonnegative().describe('Deliveries that failed, bounced or are unknown.'),
  waitingSince: instant.nullable().describe('Since when the contact has had no answer.'),
  ignored: z
    .strictObject({ at: instant, agentId: id.nullable() })
    .nullable()
    .describe('Who said that it needs no answer; null = nobody, or something was written since.'),
  lastMessageAt: instant,
  createdAt: instant,
  closedAt: instant.nullable(),
  snoozedUntil: instant.nullable().describe('Null = not snoozed, or until the contact writes.'),
  spam: named(
    'ConversationSpam',
    z.strictObject({
      reason: z.string().describe('`score`, `blocked`, `dmarc`, `agent` or `rescored`.'),
      score: z.number().nullable().describe("A filter's points; null when nobody scored it."),
      at: instant,
    }),
  )
    .nullable()
    .describe('Null = not in spam.'),
  trashedAt: instant.nullable().describe('Since when it lies in the trash; null = it does not.'),
  foundIn: named(
    'FoundIn',
    z.strictObject({ filename: z.string(), page: z.int().positive().nullable().describe('Null = it has no pages.') }),
  )
    .optional()
    .describe('Only in a list with `q`: an attached file that holds its words.'),
  mergedIntoId: id.nullable().describe('It was merged: everything is in that conversation now. Null = it was not.'),
};

export const conversation = named('Conversation', z.strictObject(shape));
export const conversationPage = pageOf('ConversationPage', conversation);

export const conversationWithMessages = named(
  'ConversationWithMessages',
  z.strictObject({
    ...shape,
    messages: z.array(message).describe('The newest 200, oldest first.'),
    earlier: z.string().nullable().describe('Cursor for GET /conversations/{id}/messages when there are more, else null.'),
  }),
);

export const messagePage = pageOf('MessagePage', message);

export const appliedView = ({ id, name, colour, at }: AppliedLabel): z.input<typeof appliedLabel> => ({
  id,
  name,
  colour,
  at: at.toISOString(),
});

export function conversationView(row: ConversationRow, foundIn?: FileHit): z.input<typeof conversation> {
  const { id, subject, status, contact, snippet, messageCount, hasAttachments, failedDeliveries } = row;
  return {
    ...{ id, subject, status },
    inboxId: row.inbox.id,
    folderId: row.folderId,
    contact: { id: contact.id, name: contact.name, address: contact.address },
    assignee: agentView(row.assignee),
    teamId: row.teamId,
    labels: row.labels.map(appliedView),
    ...{ snippet, messageCount, hasAttachments, failedDeliveries },
    ...(foundIn ? { foundIn: { filename: foundIn.filename, page: foundIn.page } } : {}),
    waitingSince: row.waitingSince?.toISOString() ?? null,
    ignored: row.ignored && { at: row.ignored.at.toISOString(), agentId: row.ignored.by },
    lastMessageAt: row.lastMessageAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
    snoozedUntil: row.snoozedUntil?.toISOString() ?? null,
    mergedIntoId: row.mergedIntoId,
    trashedAt: row.trashedAt?.toISOString() ?? null,
    spam: row.spam && { reason: row.spam.reason, score: row.spam.score, at: row.spam.at.toISOString() },
  };
}

export const conversationWithMessagesView = (row: ConversationRow, page: MessagePage): z.input<typeof conversationWithMessages> => ({
  ...conversationView(row),
  messages: page.items.map(messageView),
  earlier: page.earlier,
});
