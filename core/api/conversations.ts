import { z } from 'zod';
import { allow } from '../conversations/allow.ts';
import { findConversationRow, listConversations } from '../conversations/list.ts';
import { SORTS, STATUSES } from '../conversations/types.ts';
import type { ConversationId } from '../lib/ids.ts';
import { listMessages } from '../messages/list.ts';
import {
  conversationPage,
  conversationView,
  conversationWithMessages,
  conversationWithMessagesView,
  messagePage,
} from './conversation-view.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { messageView } from './message-view.ts';
import { LIST_LIMIT_MAX } from './paging.ts';
import { idText, paging } from './schemas.ts';

/** List and read conversations. */
export function conversationEndpoints(): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/conversations',
      summary: 'Conversations, the newest first',
      query: z.strictObject({
        inbox: idText.optional().describe('Id of an inbox.'),
        status: z.enum(STATUSES).optional(),
        assignee: z
          .union([z.literal('none'), idText])
          .optional()
          .describe('Id of an agent, or "none".'),
        contact: idText.optional().describe('Id of a contact.'),
        q: z.string().max(500).optional().describe('Words that all have to occur in one message, or "#123".'),
        sort: z.enum(SORTS).optional().describe('`waiting`: who has waited longest first; open ones only.'),
        ...paging,
      }),
      response: conversationPage,
      handle: async ({ scope, query }) => {
        const { inbox, contact, assignee, ...rest } = query;
        const page = await listConversations(scope, {
          ...rest,
          inboxId: inbox,
          contactId: contact,
          assigneeId: assignee === 'none' ? 'unassigned' : assignee,
        });
        return { items: page.items.map(conversationView), next: page.next };
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
export async function wholeConversation(scope: Parameters<typeof allow>[0], id: ConversationId) {
  await allow(scope, 'conversation:read', id);
  const row = await findConversationRow(scope, id);
  return conversationWithMessagesView(row, await listMessages(scope, id, { limit: LIST_LIMIT_MAX, withBodies: true }));
}
