import { z } from 'zod';
import { allow } from '../conversations/allow.ts';
import type { Scope } from '../db/scope.ts';
import { sendOnce } from '../drafts/once.ts';
import { forwardMessages } from '../forwards/forward.ts';
import type { InboxDirectory } from '../inboxes/directory.ts';
import { isOpenTo } from '../inboxes/types.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import { InvalidError } from '../lib/errors.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import type { Schedule } from '../messages/held.ts';
import { findMessage } from '../messages/list.ts';
import { addNote } from '../messages/note.ts';
import { replyToConversation } from '../messages/reply.ts';
import { checkMoment } from '../messages/reschedule.ts';
import { startConversation } from '../messages/start.ts';
import { type ByteStore, MAX_UPLOAD_BYTES, newAttachments, storeAttachments } from './attachments.ts';
import { conversationWithMessages } from './conversation-view.ts';
import { wholeConversation } from './conversations.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { message, messageView } from './message-view.ts';
import { givenInstant, idNumber } from './schemas.ts';

export interface WritingDeps {
  readonly endpoints: Endpoints;
  readonly directory: Pick<InboxDirectory, 'record'>;
  readonly blobs: ByteStore;
}

const MAX_CHARS = 1_000_000;

const recipient = z.union([
  z.string().max(320),
  z.strictObject({ address: z.string().max(320), name: z.string().max(200).nullable().default(null) }),
]);
const recipients = z.array(recipient).max(100).describe('Addresses, or objects with address and name.');

const written = {
  text: z.string().max(MAX_CHARS).default('').describe('Without it, made from the HTML.'),
  html: z.string().max(MAX_CHARS).optional().describe('Sanitised before it is stored.'),
  attachments: newAttachments.optional(),
  withFooter: z.boolean().default(true).describe('False = without the footer of the agent and the inbox.'),
  once: z
    .string()
    .min(1)
    .max(60)
    .optional()
    .describe(
      'A name of your own for this message, such as a UUID: under the same one nothing is sent a second time (409 `sent_already`).',
    ),
  sendAt: givenInstant.optional().describe('Send not before this moment, at most a year away; without it, at once.'),
};

const newMessage = z.strictObject({
  kind: z.enum(['reply', 'note']),
  ...written,
  to: recipients.min(1).optional().describe('Only with "reply"; without it, whoever the last message asks to be answered.'),
  cc: recipients.optional().describe('Only with "reply".'),
  replyAll: z
    .boolean()
    .default(false)
    .describe('Only with "reply", without "to" and "cc": a copy for everybody else whom the answered message was for.'),
  seenMessageId: idNumber
    .optional()
    .describe(
      'Only with "reply": the newest message its author has seen; with a newer one, or when that one was moved elsewhere, nothing is sent.',
    ),
});

const forward = z.strictObject({
  to: recipients.min(1).describe('The first one becomes the contact of the side conversation.'),
  messageId: idNumber.nullable().default(null).describe('One message of the conversation; null = all of them, notes excepted.'),
  withFiles: z.boolean().default(true).describe('The attachments go along as they came.'),
  ...written,
});

const newConversation = z.strictObject({
  inboxId: idNumber,
  to: z.union([recipient.transform((one) => [one]), recipients.min(1)]).describe('The first one becomes the contact.'),
  cc: recipients.optional(),
  subject: z.string().max(1000),
  ...written,
});

const SENDING_ERRORS = {
  409: '`inbox_cannot_send`: the inbox has no way to send; `reply_window_closed`; `answered_meanwhile`; `answered_elsewhere`; `sent_already`',
};

/** Answer, take a note, and write first. */
export function writingEndpoints({ endpoints, directory, blobs }: WritingDeps): readonly Endpoint[] {
  return [
    endpoint({
      method: 'POST',
      path: '/conversations/:id/messages',
      summary: 'Answer in a conversation, or add a note that only agents see',
      body: newMessage,
      response: message,
      status: 201,
      maxBodyBytes: MAX_UPLOAD_BYTES,
      errors: SENDING_ERRORS,
      handle: async ({ scope, agent, id, body }) => {
        await allow(scope, body.kind === 'note' ? 'conversation:note' : 'conversation:reply', id);
        if (body.kind === 'note' && (body.to || body.cc)) throw new InvalidError({ [body.to ? 'to' : 'cc']: 'a note goes to nobody' });
        if (body.replyAll && (body.kind === 'note' || body.to || body.cc))
          throw new InvalidError({ replyAll: body.kind === 'note' ? 'a note goes to nobody' : 'goes without "to" and "cc"' });
        const attachments = await storeAttachments(blobs, body.attachments);
        const { text, html = null } = body;
        if (body.kind === 'note' && body.sendAt) throw new InvalidError({ sendAt: 'a note is not sent' });
        const what = {
          conversationId: id,
          authorId: agent.id,
          text,
          html,
          keepsText: true,
          attachments,
          schedule: scheduleOf(body, scope),
        };
        const { messageId } = await sendOnce(scope, agent.id, body.once, (tx) =>
          body.kind === 'note'
            ? addNote(tx, endpoints, what)
            : replyToConversation(tx, endpoints, {
                ...what,
                withFooter: body.withFooter,
                to: body.to?.map(named),
                cc: body.cc?.map(named),
                toAll: body.replyAll,
                seenMessageId: body.seenMessageId,
              }),
        );
        return messageView(await findMessage(scope, messageId));
      },
    }),
    endpoint({
      method: 'POST',
      path: '/conversations/:id/forwards',
      summary: 'Forward a message or the whole conversation: answers come to a conversation of their own, which the customer does not see',
      body: forward,
      response: conversationWithMessages,
      status: 201,
      maxBodyBytes: MAX_UPLOAD_BYTES,
      errors: SENDING_ERRORS,
      handle: async ({ scope, agent, id, body }) => {
        await allow(scope, 'conversation:reply', id);
        const { to, messageId, withFiles, withFooter, text, html = null } = body;
        const attachments = await storeAttachments(blobs, body.attachments);
        const what = {
          ...{ conversationId: id, authorId: agent.id, to: to.map(named), messageId, withFiles, withFooter },
          ...{ text, html, keepsText: true, attachments, schedule: scheduleOf(body, scope) },
        };
        const { sideId } = await sendOnce(scope, agent.id, body.once, (tx) => forwardMessages(tx, endpoints, what));
        return wholeConversation(scope, sideId);
      },
    }),
    endpoint({
      method: 'POST',
      path: '/conversations',
      summary: 'Write first: a new conversation with an outbound message',
      body: newConversation,
      response: conversationWithMessages,
      status: 201,
      maxBodyBytes: MAX_UPLOAD_BYTES,
      errors: SENDING_ERRORS,
      handle: async ({ scope, agent, body }) => {
        const inbox = directory.record(body.inboxId);
        if (!inbox || !isOpenTo(inbox, agent.id)) throw new InvalidError({ inboxId: 'there is no such inbox' });
        const { inboxId, to, cc, subject, text, html = null } = body;
        const attachments = await storeAttachments(blobs, body.attachments);
        const what = {
          inboxId,
          authorId: agent.id,
          to: to.map(named),
          cc: cc?.map(named),
          subject,
          withFooter: body.withFooter,
          text,
          html,
          keepsText: true,
          attachments,
          schedule: scheduleOf(body, scope),
        };
        const { conversation } = await sendOnce(scope, agent.id, body.once, (tx) => startConversation(tx, endpoints, what));
        return wholeConversation(scope, conversation.id);
      },
    }),
  ];
}

/** What a program asks for is not stopped by what the contact writes: nobody would notice the draft. */
function scheduleOf({ sendAt }: { readonly sendAt?: string | undefined }, { now }: Pick<Scope, 'now'>): Schedule | undefined {
  if (sendAt === undefined) return undefined;
  const at = new Date(sendAt);
  checkMoment(at, now());
  return { at, stopsOnAnswer: false };
}

const named = (one: z.output<typeof recipient>): NamedAddress => (typeof one === 'string' ? { address: one, name: null } : one);
