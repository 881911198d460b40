import type { Readable } from 'node:stream';
import { z } from 'zod';
import { allow } from '../conversations/allow.ts';
import { NotFoundError } from '../lib/errors.ts';
import { findAttachment, findMessage, findRawOfMessage } from '../messages/list.ts';
import { rescheduleMessage } from '../messages/reschedule.ts';
import { withdrawMessage } from '../messages/withdraw.ts';
import { expectHarmless } from '../messages/withheld.ts';
import { download, type Endpoint, endpoint } from './endpoint.ts';
import { message, messageView } from './message-view.ts';
import { id as apiId, givenInstant, named } from './schemas.ts';

export interface StoredBytes {
  open(sha256: string): Promise<Readable>;
}

const withdrawn = named('Withdrawn', z.strictObject({ conversationId: apiId.nullable() }));

/** One message, its bytes as they were received, and attachments. */
export function messageEndpoints(blobs: StoredBytes): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/messages/:id',
      summary: 'One message',
      response: message,
      handle: async ({ scope, id }) => {
        const found = await findMessage(scope, id);
        await allow(scope, 'conversation:read', found.conversationId);
        return messageView(found);
      },
    }),
    endpoint({
      method: 'PUT',
      path: '/messages/:id/schedule',
      summary: 'Give a message that nobody has tried to send another moment; null = now',
      body: z.strictObject({ sendAt: givenInstant.nullable() }),
      response: message,
      errors: { 409: '`message_not_withdrawable`: an attempt was begun' },
      handle: async ({ scope, id, body }) => {
        await allow(scope, 'conversation:reply', (await findMessage(scope, id)).conversationId);
        await rescheduleMessage(scope, id, body.sendAt === null ? null : new Date(body.sendAt));
        return messageView(await findMessage(scope, id));
      },
    }),
    endpoint({
      method: 'POST',
      path: '/messages/:id/withdrawal',
      summary: 'Take a message back before it leaves: it is a draft of the agent again',
      description: 'The conversation is as it was before; one that began with this message is gone, and `conversationId` is null.',
      response: withdrawn,
      errors: { 409: '`message_not_withdrawable`: an attempt was begun' },
      handle: async ({ scope, agent, id }) => {
        await allow(scope, 'conversation:reply', (await findMessage(scope, id)).conversationId);
        return withdrawMessage(scope, id, agent.id);
      },
    }),
    download({
      method: 'GET',
      path: '/messages/:id/raw',
      summary: 'The message exactly as it was received',
      description: 'Messages written here have no such bytes: 404. Those of one with a virus are not given out: 403 `attachment_infected`.',
      handle: async ({ scope, id }) => {
        const found = await findMessage(scope, id);
        await allow(scope, 'conversation:read', found.conversationId);
        expectHarmless(found.virus);
        const raw = await findRawOfMessage(scope, found.id);
        if (!raw) throw new NotFoundError('The received form of this message');
        const filename = raw.contentType === 'message/rfc822' ? `message-${id}.eml` : `message-${id}`;
        return { stream: await blobs.open(raw.sha256), contentType: raw.contentType, bytes: raw.bytes, filename };
      },
    }),
    download({
      method: 'GET',
      path: '/attachments/:id',
      summary: 'The bytes of an attachment',
      handle: async ({ scope, id }) => {
        const found = await findAttachment(scope, id);
        await allow(scope, 'conversation:read', found.conversationId);
        expectHarmless(found.virus);
        const { filename, contentType, bytes, sha256 } = found;
        return { stream: await blobs.open(sha256), contentType: safeType(contentType), bytes, filename };
      },
    }),
  ];
}

/** The sender's own words go into a header only when they are a media type (RFC 9110 §8.3.1). */
const safeType = (type: string): string => (/^[\w!#$&^.+-]{1,80}\/[\w!#$&^.+-]{1,80}$/.test(type) ? type : 'application/octet-stream');
