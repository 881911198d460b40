import { z } from 'zod';
import { agentByEmail } from '../agents/list-agents.ts';
import { allow } from '../conversations/allow.ts';
import { assignConversation, handOver } from '../conversations/assign.ts';
import { closeConversation } from '../conversations/close.ts';
import { fileConversation } from '../conversations/file.ts';
import { ignoreConversation, unignoreConversation } from '../conversations/ignore.ts';
import { findConversationRow, listConversations } from '../conversations/list.ts';
import { reopenConversation } from '../conversations/reopen.ts';
import { snoozeConversation } from '../conversations/snooze.ts';
import { STATUSES } from '../conversations/types.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { allowFolder } from '../folders/allow.ts';
import { setLabels } from '../labels/apply.ts';
import { MAX_APPLIED } from '../labels/types.ts';
import { parseEmailAddress } from '../lib/email-address.ts';
import { InvalidError } from '../lib/errors.ts';
import type { AgentId, ConversationId, TeamId } from '../lib/ids.ts';
import { listMessages } from '../messages/list.ts';
import { markSpam } from '../spam/mark.ts';
import { restoreConversation, trashConversation } from '../trash/trash.ts';
import { conversationFilters, filtersOf } from './conversation-filters.ts';
import {
  conversation,
  conversationPage,
  conversationView,
  conversationWithMessages,
  conversationWithMessagesView,
  messagePage,
} from './conversation-view.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { labelIdsOf } from './labels.ts';
import { messageView } from './message-view.ts';
import { LIST_LIMIT_MAX } from './paging.ts';
import { givenInstant, idNumber, idText, paging } from './schemas.ts';

const patch = z.strictObject({
  status: z.enum(STATUSES).optional(),
  snoozedUntil: givenInstant.nullable().optional().describe('Only with status `snoozed`; absent or null = until the contact writes.'),
  assigneeId: idNumber.nullable().optional(),
  assignee: z.string().max(320).nullable().optional(),
  teamId: idNumber.nullable().optional().describe("Alone it makes the conversation nobody's of that team until somebody takes it."),
  spam: z.boolean().optional(),
  ignored: z.boolean().optional(),
  trashed: z.boolean().optional(),
  folderId: idNumber.optional(),
  labels: z
    .array(z.union([idNumber, z.string().max(500)]))
    .max(MAX_APPLIED)
    .optional(),
});

/** List, read and change conversations. */
export function conversationEndpoints(): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/conversations',
      summary: 'Conversations, the newest first',
      query: z.strictObject({
        ...conversationFilters(idText),
        ...paging,
      }),
      response: conversationPage,
      handle: async ({ scope, query }) => {
        const page = await listConversations(scope, { ...filtersOf(query), limit: query.limit, cursor: query.cursor });
        return { items: page.items.map((row) => conversationView(row, page.files?.get(row.id))), next: page.next };
      },
    }),
    endpoint({
      method: 'GET',
      path: '/conversations/:id',
      summary: 'One conversation with its messages',
      response: conversationWithMessages,
      handle: async ({ scope, id }) => wholeConversation(scope, id),
    }),
    endpoint({
      method: 'PATCH',
      path: '/conversations/:id',
      summary: 'Change the status, the assignee, the labels or the folder, say that it is spam or not, delete it or put it back',
      description:
        "Absent fields stay as they are. `assigneeId` and `assignee` (an e-mail address) are two ways to say the same; null = nobody. `teamId` gives it to a team; with `assigneeId` to one person, whose work for that team it is. `ignored` says that the contact needs no answer, until he writes again. `spam` moves the conversation and teaches the filters. `trashed` moves it into the trash, from where nothing is sent, or puts it back where it was; when it held nothing but one message that was still to be sent, only who wrote that may (409 `conversation_sending`), and it is gone (404) and that message a draft. `labels`, by id or name, are all that it has then. In a folder that its assignee does not see it is nobody's; whom the same call gives it to has to see it there.",
      body: patch,
      response: conversation,
      handle: async ({ scope, id, body }) => {
        await allow(scope, 'conversation:read', id);
        if (body.snoozedUntil !== undefined && body.status !== 'snoozed')
          throw new InvalidError({ snoozedUntil: 'goes together with status "snoozed"' });
        await transact(scope, async (tx) => {
          // First back, then what else is asked; into the trash last.
          if (body.trashed === false) {
            await allow(tx, 'conversation:trash', id);
            await restoreConversation(tx, id);
          }
          // Before it is given to anybody, who has to see it there.
          if (body.folderId !== undefined) {
            await allow(tx, 'conversation:move', id);
            await allowFolder(tx, 'move', body.folderId);
            await fileConversation(tx, id, body.folderId);
          }
          const assigneeId = await assigneeOf(tx, body);
          if (assigneeId !== undefined || body.teamId !== undefined) {
            await allow(tx, 'conversation:assign', id);
            await assign(tx, id, assigneeId, body.teamId).catch(asGiven(body));
          }
          if (body.labels !== undefined) {
            await allow(tx, 'conversation:label', id);
            await setLabels(tx, id, await labelIdsOf(tx, body.labels));
          }
          if (body.ignored !== undefined) {
            await allow(tx, 'conversation:close', id);
            await (body.ignored ? ignoreConversation(tx, id) : unignoreConversation(tx, id));
          }
          if (body.spam !== undefined) {
            await allow(tx, 'conversation:close', id);
            await markSpam(tx, id, body.spam);
          }
          if (body.status !== undefined) {
            await allow(tx, 'conversation:close', id);
            if (body.status === 'snoozed')
              await snoozeConversation(tx, id, body.snoozedUntil ? new Date(body.snoozedUntil) : null).catch(inWords);
            else await (body.status === 'closed' ? closeConversation(tx, id) : reopenConversation(tx, id));
          }
          if (body.trashed === true) {
            await allow(tx, 'conversation:trash', id);
            await trashConversation(tx, id);
          }
        });
        return conversationView(await findConversationRow(scope, id));
      },
    }),
    endpoint({
      method: 'GET',
      path: '/conversations/:id/messages',
      summary: 'Messages of a conversation, the newest first',
      query: z.strictObject(paging),
      response: messagePage,
      handle: async ({ scope, id, query }) => {
        await allow(scope, 'conversation:read', id);
        const { items, earlier } = await listMessages(scope, id, { ...query, withBodies: true });
        return { items: items.map(messageView).reverse(), next: earlier };
      },
    }),
  ];
}

/** What PATCH and POST answer with too, so that a script never has to ask again. */
export async function wholeConversation(scope: Scope, id: ConversationId) {
  await allow(scope, 'conversation:read', id);
  const row = await findConversationRow(scope, id);
  return conversationWithMessagesView(row, await listMessages(scope, id, { limit: LIST_LIMIT_MAX, withBodies: true }));
}

/** A team alone is given it without a person; a person alone keeps it within his team. */
function assign(tx: WriteScope, id: ConversationId, assigneeId: AgentId | null | undefined, teamId: TeamId | null | undefined) {
  if (teamId === undefined) return assignConversation(tx, id, assigneeId ?? null);
  return handOver(tx, id, { assigneeId: assigneeId ?? null, teamId });
}

/** The verb calls the field "assignee"; whoever sent the other one hears of that. */
function asGiven({ assigneeId }: z.output<typeof patch>): (error: unknown) => never {
  return (error) => {
    if (error instanceof InvalidError && 'team' in error.fields)
      throw new InvalidError({ teamId: 'there is no such team, or nobody in it may read the conversation' });
    const isOther = assigneeId !== undefined && error instanceof InvalidError && 'assignee' in error.fields;
    throw isOther ? new InvalidError({ assigneeId: 'no agent who can work and may read the conversation has this id' }) : error;
  };
}

/** What the browser says in its languages. */
function inWords(error: unknown): never {
  if (error instanceof InvalidError) throw new InvalidError({ snoozedUntil: 'must lie between now and a year from now' });
  throw error;
}

/** Undefined = not to be changed, null = nobody. */
async function assigneeOf(scope: Scope, { assigneeId, assignee }: z.output<typeof patch>): Promise<AgentId | null | undefined> {
  if (assigneeId !== undefined && assignee !== undefined) throw new InvalidError({ assignee: 'give it or assigneeId, not both' });
  if (assignee === undefined || assignee === null) return assignee === null ? null : assigneeId;
  const email = parseEmailAddress(assignee);
  const agent = email && (await agentByEmail(scope, email));
  if (!agent) throw new InvalidError({ assignee: 'no agent has this e-mail address' });
  return agent.id;
}
