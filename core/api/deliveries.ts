import { z } from 'zod';
import { allow, type ConversationRight } from '../conversations/allow.ts';
import type { Scope } from '../db/scope.ts';
import { cancelDelivery } from '../deliveries/cancel.ts';
import { findDelivery, listDeliveries } from '../deliveries/list.ts';
import { retryDelivery } from '../deliveries/retry.ts';
import { settleDelivery } from '../deliveries/settle.ts';
import { DELIVERY_STATUSES, type Delivery, type QueuedDelivery, RECIPIENT_KINDS } from '../deliveries/types.ts';
import { NotFoundError } from '../lib/errors.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { type GivenId, id, idText, instant, named, pageOf, paging } from './schemas.ts';

const shape = {
  id,
  messageId: id,
  conversationId: id,
  inboxId: id,
  kind: z.enum(RECIPIENT_KINDS),
  address: z.string(),
  name: z.string().nullable(),
  status: z.enum(DELIVERY_STATUSES).describe('`sent`: the next server took it; `unknown`: it may have, so a person decides.'),
  attempts: z.int().nonnegative(),
  nextAttemptAt: instant.nullable().describe('Null unless queued or deferred.'),
  reason: z.string().nullable().describe('The last words of the other side, or ours for what went wrong.'),
  enhancedStatus: z.string().nullable().describe('Such as "5.1.1" (RFC 3463).'),
  sentAt: instant.nullable(),
  readAt: instant.nullable().describe('When a read receipt came.'),
  complainedAt: instant.nullable().describe('When the recipient reported it as spam.'),
  createdAt: instant,
  updatedAt: instant,
};

/** What became of one message for one recipient. */
export const delivery = named('Delivery', z.strictObject(shape));

const queued = named('QueuedDelivery', z.strictObject({ ...shape, subject: z.string(), inboxName: z.string() }));

export function deliveryView(one: Delivery): z.input<typeof delivery> {
  const { id, messageId, conversationId, inboxId, kind, address, name, status, attempts, reason, enhancedStatus } = one;
  return {
    ...{ id, messageId, conversationId, inboxId, kind, address, name, status, attempts },
    nextAttemptAt: one.nextAttemptAt?.toISOString() ?? null,
    ...{ reason, enhancedStatus },
    sentAt: one.sentAt?.toISOString() ?? null,
    readAt: one.readAt?.toISOString() ?? null,
    complainedAt: one.complainedAt?.toISOString() ?? null,
    createdAt: one.createdAt.toISOString(),
    updatedAt: one.updatedAt.toISOString(),
  };
}

const queuedView = (one: QueuedDelivery): z.input<typeof queued> => ({
  ...deliveryView(one),
  subject: one.subject,
  inboxName: one.inboxName,
});

/** The queue of what is sent: list, one, try again now, cancel. */
export function deliveryEndpoints(): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/deliveries',
      summary: 'Deliveries, newest first',
      query: z.strictObject({
        status: z.enum(DELIVERY_STATUSES).optional(),
        conversation: idText.optional().describe('Id of a conversation.'),
        ...paging,
      }),
      response: pageOf('DeliveryPage', queued),
      handle: async ({ scope, query }) => {
        const { status = 'any', conversation, limit, cursor } = query;
        const { items, next } = await listDeliveries(scope, { status, conversationId: conversation, limit, cursor });
        return { items: items.map(queuedView), next };
      },
    }),
    endpoint({
      method: 'GET',
      path: '/deliveries/:id',
      summary: 'One delivery',
      response: delivery,
      handle: async ({ scope, id }) => deliveryView(await allowed(scope, 'conversation:read', id)),
    }),
    endpoint({
      method: 'POST',
      path: '/deliveries/:id/attempts',
      summary: 'Try again now',
      description: 'Not while it is being sent, nor after it was: 409 `delivery_not_retryable`.',
      response: delivery,
      errors: { 409: '`delivery_not_retryable`' },
      handle: async ({ scope, id }) => {
        await allowed(scope, 'conversation:reply', id);
        return deliveryView(await retryDelivery(scope, id));
      },
    }),
    endpoint({
      method: 'POST',
      path: '/deliveries/:id/settlement',
      summary: 'Of one whose fate is unknown: a person knows that it arrived',
      response: delivery,
      errors: { 409: '`delivery_not_unknown`' },
      handle: async ({ scope, id }) => {
        await allowed(scope, 'conversation:reply', id);
        return deliveryView(await settleDelivery(scope, id));
      },
    }),
    endpoint({
      method: 'POST',
      path: '/deliveries/:id/cancellation',
      summary: 'Do not try any more; of a failed one: its failure needs no more attention',
      response: delivery,
      errors: { 409: '`delivery_not_cancellable`' },
      handle: async ({ scope, id }) => {
        await allowed(scope, 'conversation:reply', id);
        return deliveryView(await cancelDelivery(scope, id));
      },
    }),
  ];
}

/** The delivery, when the agent has the right in its conversation. Raises not_found, forbidden. */
async function allowed(scope: Scope, right: ConversationRight, id: GivenId): Promise<Delivery> {
  const found = await findDelivery(scope, id);
  if (!found) throw new NotFoundError('Delivery');
  await allow(scope, right, found.conversationId);
  return found;
}
