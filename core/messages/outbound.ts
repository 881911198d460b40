import { existingAgent } from '../agents/edit-agent.ts';
import { nameOf } from '../agents/types.ts';
import { expectUnblocked } from '../blocked-addresses/block.ts';
import type { CounterChanges } from '../conversations/counters.ts';
import { markRead } from '../conversations/mark-read.ts';
import type { Conversation, ConversationPatch } from '../conversations/types.ts';
import type { WriteScope } from '../db/scope.ts';
import { insertQueuedDeliveries } from '../deliveries/queue.ts';
import { addFooter } from '../footers/fill.ts';
import type { StoredAttachment } from '../ingest/types.ts';
import { ConflictError } from '../lib/errors.ts';
import type { AgentId, InboxId, MessageId } from '../lib/ids.ts';
import { readGeneral } from '../settings/general.ts';
import { expectNoVirus } from '../viruses/file-scans.ts';
import { addMessage } from './add.ts';
import type { Body, Carried } from './body.ts';
import type { Endpoint, Endpoints } from './endpoint.ts';
import { type Schedule, stateOf } from './held.ts';
import type { Addressed } from './recipients.ts';
import { expectFits, type MessageLimits } from './size.ts';
import { findMessageById } from './store.ts';
import type { MessageKind } from './types.ts';

/** The endpoint that sends for an inbox. Raises inbox_cannot_send. */
export function sendingEndpoint(endpoints: Endpoints, inboxId: InboxId): Endpoint {
  const endpoint = endpoints.find(inboxId);
  if (endpoint?.canSend) return endpoint;
  throw new ConflictError(
    'inbox_cannot_send',
    'This inbox cannot send yet',
    'Complete how it sends in Settings → Inboxes, then send again.',
  );
}

export interface Outgoing {
  readonly kind: Exclude<MessageKind, 'note'>;
  /** Null = nobody: written and sent by itself. */
  readonly authorId: AgentId | null;
  readonly recipients: Addressed;
  readonly subject: string | null;
  readonly body: Body;
  readonly attachments: readonly StoredAttachment[];
  /** What of other messages goes along. */
  readonly carried?: Carried | undefined;
  readonly limits?: MessageLimits | undefined;
  /** Oldest first; the last one is what it answers (RFC 5322 §3.6.4). */
  readonly references: readonly string[];
  readonly quotedMessageId: MessageId | null;
  /** False = nothing stands below it; what nobody wrote has no footer anyway. */
  readonly withFooter: boolean;
  /** The first attempt is not made before this moment; null = now. */
  readonly notBefore: Date | null;
  /** The moment the author chose; null = as soon as it can. */
  readonly schedule: Schedule | null;
  readonly patch: ConversationPatch;
  readonly changes: CounterChanges;
}

/** Writes a message of ours with its id for ever, one delivery for each recipient and the event, in the caller's transaction. Raises address_blocked, invalid. */
export async function addOutgoing(
  tx: WriteScope,
  endpoints: Endpoints,
  endpoint: Endpoint,
  before: Conversation,
  out: Outgoing,
): Promise<{ readonly conversation: Conversation; readonly messageId: MessageId }> {
  const list = (['to', 'cc', 'bcc'] as const).flatMap((kind) => out.recipients[kind].map((one) => ({ ...one, kind })));
  await expectUnblocked(
    tx,
    list.map(({ address }) => address),
  );
  await expectNoVirus(tx, out.attachments);
  const { texts, files } = out.carried ?? { texts: await quotedTexts(tx, out.quotedMessageId), files: [] };
  if (out.limits) expectFits(out.limits, [out.body.text, out.body.html, ...texts], out.attachments, files);
  for (const _ of list) out.changes.set('deliveries.waiting', (out.changes.get('deliveries.waiting') ?? 0) + 1);
  const added = await addMessage(tx, endpoints, before, {
    message: {
      rawInboundId: null,
      authorId: out.authorId,
      kind: out.kind,
      direction: 'outbound',
      from: { address: endpoint.address, name: await signature(tx, out.authorId, endpoint) },
      ...out.recipients,
      replyTo: [],
      subject: out.subject,
      ...out.body,
      externalId: endpoint.newExternalId(),
      references: out.references,
      quotedMessageId: out.quotedMessageId,
      automated: out.authorId === null,
      senderStatus: 'participant',
      sentAt: null,
      ...(out.authorId === null ? {} : { held: { schedule: out.schedule, before: stateOf(before) } }),
      createdAt: tx.now(),
    },
    attachments: [...out.attachments, ...files],
    patch: out.patch,
    changes: out.changes,
  });
  const { messageId, conversation } = added;
  if (out.authorId !== null && out.withFooter) await addFooter(tx, messageId, out.authorId, endpoint);
  await insertQueuedDeliveries(
    tx,
    { id: messageId, conversationId: before.id, inboxId: before.inboxId },
    list,
    out.schedule?.at ?? out.notBefore,
  );
  if (out.authorId !== null) await markRead(tx, before.id, out.authorId);
  tx.emit({ type: 'message.sent', data: { conversationId: before.id, messageId } });
  return { messageId, conversation };
}

/** The answered message goes along below ours: its words count too. */
async function quotedTexts(tx: WriteScope, id: MessageId | null): Promise<readonly (string | null)[]> {
  const quoted = id === null ? null : await findMessageById(tx, id);
  return quoted ? [quoted.text, quoted.html] : [];
}

/** Who the contact sees: "Anna Kowal, Firma"; the inbox's name stands for a company without one. */
async function signature(tx: WriteScope, authorId: AgentId | null, endpoint: Endpoint): Promise<string> {
  const { companyName } = await readGeneral(tx);
  const person = authorId === null ? '' : nameOf(await existingAgent(tx, authorId));
  return [person, companyName || endpoint.name].filter(Boolean).join(', ');
}
