import { z } from 'zod';
import { listNotifications } from '../notifications/list.ts';
import { readAllNotifications, readNotification } from '../notifications/read.ts';
import { NOTIFICATION_KINDS, type Notification, type ShownNotification, WHYS } from '../notifications/types.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { id, instant, named, pageOf, paging } from './schemas.ts';

const shape = {
  id,
  kind: z.enum(NOTIFICATION_KINDS),
  why: z
    .enum(WHYS)
    .describe(
      '`author`: the agent wrote the message; `assignee`: the conversation is his; `mentioned`: a note names him; `follower`: he follows it; `anyone`: nobody nearer was there; `invited`: it was shared with him.',
    ),
  conversationId: id,
  messageId: id.nullable().describe('Null: about the conversation.'),
  addresses: z.array(z.string()).describe('Recipients that it is about.'),
  reason: z.string().nullable().describe('What the other side said, or we for what went wrong.'),
  times: z.int().positive().describe('How often it happened since one like it was last read.'),
  createdAt: instant,
  readAt: instant.nullable(),
};
const notification = named('Notification', z.strictObject(shape));
const listed = named('ListedNotification', z.strictObject({ ...shape, subject: z.string(), contact: z.string() }));
const readings = named('NotificationReadings', z.strictObject({ count: z.int().nonnegative().describe('How many were unread.') }));

function view(one: Notification): z.input<typeof notification> {
  const { id, kind, why, conversationId, messageId, addresses, reason, times, createdAt, readAt } = one;
  const at = { createdAt: createdAt.toISOString(), readAt: readAt?.toISOString() ?? null };
  return { id, kind, why, conversationId, messageId, addresses: [...addresses], reason, times, ...at };
}
const listedView = (one: ShownNotification): z.input<typeof listed> => ({ ...view(one), subject: one.subject, contact: one.contact });

/** What the agent of the key is told of. */
export function notificationEndpoints(): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/notifications',
      summary: 'Notifications of the agent of the key, newest first',
      query: z.strictObject({ unread: z.stringbool().default(false).describe('Only those not read.'), ...paging }),
      response: pageOf('NotificationPage', listed),
      handle: async ({ scope, agent, query: { unread, limit, cursor } }) => {
        const { items, next } = await listNotifications(scope, agent.id, { unreadOnly: unread, limit, cursor });
        return { items: items.map(listedView), next };
      },
    }),
    endpoint({
      method: 'POST',
      path: '/notifications/readings',
      summary: 'Mark all of them as read',
      response: readings,
      handle: async ({ scope, agent }) => ({ count: await readAllNotifications(scope, agent.id) }),
    }),
    endpoint({
      method: 'POST',
      path: '/notifications/:id/reading',
      summary: 'Mark one as read',
      response: notification,
      handle: async ({ scope, agent, id: given }) => view(await readNotification(scope, agent.id, given)),
    }),
  ];
}
