import { z } from 'zod';
import { SPAM_STATES, VIRUS_STATES } from '../ingest/verdict.ts';
import { AUTHENTICATION_FIELDS } from '../lib/authentication.ts';
import { DIRECTIONS, MESSAGE_KINDS, type Message, SENDER_STATUSES } from '../messages/types.ts';
import { MACHINES } from '../plugins/contract.ts';
import { delivery, deliveryView } from './deliveries.ts';
import { address, id, instant, named } from './schemas.ts';

export const agentName = named('AgentName', z.strictObject({ id, name: z.string() }));

export const attachment = named(
  'Attachment',
  z.strictObject({
    id,
    filename: z.string().describe('As the sender wrote it: data, never a path. May be empty.'),
    contentType: z.string().describe('As the sender wrote it.'),
    bytes: z.int().nonnegative(),
    inline: z.boolean(),
    contentId: z.string().nullable(),
    insideId: id.nullable().describe('The attachment it was unpacked from: a message in the message, a winmail.dat.'),
  }),
);

export const message = named(
  'Message',
  z.strictObject({
    id,
    conversationId: id,
    inboxId: id,
    kind: z.enum(MESSAGE_KINDS),
    direction: z.enum(DIRECTIONS),
    author: agentName.nullable().describe('The agent who wrote it; null for what came from outside.'),
    from: address,
    to: z.array(address),
    cc: z.array(address),
    bcc: z.array(address),
    subject: z.string().nullable(),
    text: z.string(),
    html: z.string().nullable().describe('Sanitised; safe to show in a frame of its own.'),
    footer: z.string().nullable().describe('What stands below it where it is sent, as text; null = nothing.'),
    externalId: z.string().nullable().describe('The Message-ID without angle brackets.'),
    authentication: z
      .strictObject(AUTHENTICATION_FIELDS)
      .nullable()
      .describe('Who really sent it, as far as the domain of the sender lets one know; null when nobody checked.'),
    automated: z.boolean().describe('Made by a machine (RFC 3834); outbound: by Centrala itself.'),
    machine: z.enum(MACHINES).nullable().describe('What kind of machine, of an inbound message where it can be told.'),
    copies: z
      .array(named('MessageCopy', z.strictObject({ conversationId: id, inboxName: z.string() })))
      .describe('Where else the same mail arrived: one to several inboxes.'),
    senderStatus: z.enum(SENDER_STATUSES).describe('`new_participant`: joined by evidence, but was not in the conversation before.'),
    spam: named(
      'MessageSpam',
      z.strictObject({
        state: z.enum(SPAM_STATES).describe('`unscored`: the filter did not answer; `skipped`: it was not to be asked.'),
        score: z.number().nullable(),
        symbols: z.array(z.strictObject({ name: z.string(), score: z.number(), text: z.string().optional() })),
      }),
    )
      .nullable()
      .describe('What the filters said of it; null when nobody asked.'),
    virus: z
      .strictObject({ state: z.enum(VIRUS_STATES), name: z.string().nullable() })
      .nullable()
      .describe(
        'What the virus scanners found in it, or in the attachments of one that was written here; null when nobody asked, or those are clean. Files of an `infected` message cannot be fetched.',
      ),
    attachments: z.array(attachment),
    deliveries: z.array(delivery),
    sentAt: instant.nullable().describe("What the sender's clock said."),
    scheduledAt: instant.nullable().describe('The moment its author chose for sending; null = as soon as possible.'),
    createdAt: instant,
  }),
);

/** A name as it is written; the address of nobody is empty. */
export const agentView = (agent: { readonly id: number; readonly firstName: string; readonly lastName: string } | null) =>
  agent && { id: agent.id, name: `${agent.firstName} ${agent.lastName}`.trim() };

export function messageView(one: Message): z.input<typeof message> {
  const {
    id,
    conversationId,
    inboxId,
    kind,
    direction,
    from,
    to,
    cc,
    bcc,
    subject,
    text,
    html,
    externalId,
    authentication,
    automated,
    machine,
    senderStatus,
  } = one;
  return {
    ...{ id, conversationId, inboxId, kind, direction },
    author: agentView(one.author),
    ...{
      from,
      to: [...to],
      cc: [...cc],
      bcc: [...bcc],
      subject,
      text,
      html,
      footer: one.footer?.text ?? null,
      externalId,
      authentication,
      automated,
      machine,
      senderStatus,
    },
    spam: one.spam && { state: one.spam.state, score: one.spam.score, symbols: one.spam.symbols.map((symbol) => ({ ...symbol })) },
    virus: one.virus,
    copies: one.copies.map(({ conversationId, inboxName }) => ({ conversationId, inboxName })),
    attachments: one.attachments.map(({ id, filename, contentType, bytes, inline, contentId, inside }) => ({
      insideId: one.attachments.find(({ position }) => position === inside)?.id ?? null,
      ...{ id, filename, contentType, bytes, inline, contentId },
    })),
    deliveries: one.deliveries.map(deliveryView),
    sentAt: one.sentAt?.toISOString() ?? null,
    scheduledAt: one.scheduledAt?.toISOString() ?? null,
    createdAt: one.createdAt.toISOString(),
  };
}
