import { identityOf } from '../contacts/address.ts';
import { resolveContact } from '../contacts/resolve.ts';
import { changeConversation, lockedStanding } from '../conversations/change.ts';
import { type Opening, openConversation } from '../conversations/open.ts';
import type { Conversation, ConversationPatch } from '../conversations/types.ts';
import type { WriteScope } from '../db/scope.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import { addMessage } from '../messages/add.ts';
import { authorOf } from '../messages/author.ts';
import { awaitedIn, settleAwaited, waitsSince } from '../messages/awaited.ts';
import type { Endpoint, Endpoints } from '../messages/endpoint.ts';
import { messagesWithIds } from '../messages/match.ts';
import { markSpam } from '../spam/mark.ts';
import { takeOut } from '../trash/trash.ts';
import { disposeOf, type SpamReason } from './disposition.ts';
import { arrivalOf, type Judged, written } from './message-of.ts';
import { findThread, type Thread } from './thread.ts';
import type { InterpretedMessage } from './types.ts';

/** Spam by the word of a person: a button, a list, a rule. */
const SAID: ReadonlySet<string> = new Set<SpamReason>(['agent', 'blocked', 'rule']);

export interface Fetched {
  readonly status: 'received' | 'spam';
  readonly reason: null;
  readonly spamReason?: SpamReason;
}

/**
 * Receives what lay in an account before it was connected, or was written by its owner with another program. Nobody is told and nothing is
 * answered; the conversation has it where it belongs by its time. History is open only while its last word is a person's who had no answer.
 */
export async function receiveFetched(
  tx: WriteScope,
  endpoints: Endpoints,
  endpoint: Endpoint,
  { record, verdict, isAwaited }: Judged,
  item: InterpretedMessage,
): Promise<Fetched> {
  const { inboxId } = record;
  const at = arrivalOf(record, item);
  const partner = item.isOwn ? partnerOf(endpoints, item) : authorOf(endpoints, item);
  const identity = identityOf(endpoint.traits.addressKind, partner.address);
  const contactId = await resolveContact(tx, identity, partner.name, endpoint.ownerId);
  const thread = item.isOwn
    ? await threadOfOwn(tx, record.inboxId, item, isAwaited)
    : await findThread(tx, { inboxId, message: item, isAwaited, contactId, continues: endpoint.traits.continues });
  const spamReason = item.isOwn ? null : disposeOf({ policy: endpoint.policy, verdict, isProven: thread.isProven });
  const joined = thread.join === null || spamReason ? null : await joinable(tx, await lockedStanding(tx, thread.join), item);
  const opened = joined
    ? null
    : await openConversation(tx, {
        inboxId,
        contactId,
        contactAddress: identity.address,
        assigneeId: endpoint.ownerId,
        subject: item.subject,
        relatedConversationId: thread.join ?? thread.relatedId,
        at,
        ...(spamReason ? {} : beginning(item, at)),
        spam: spamReason && { at: tx.now(), reason: spamReason, score: verdict.spam?.score ?? null },
        isAnnounced: !item.isHistory,
      });
  const before = joined ?? opened?.conversation;
  if (!before) throw new Error('a message belongs to a conversation');
  const { messageId, conversation } = await addMessage(tx, endpoints, before, {
    message: {
      ...written(item, joined ? thread : { ...thread, senderStatus: 'participant' }),
      ...(item.isOwn ? { direction: 'outbound' as const, kind: joined ? ('reply' as const) : ('message' as const) } : {}),
      from: item.isOwn ? item.from : { address: identityOf(endpoint.traits.addressKind, item.from.address).address, name: item.from.name },
      rawInboundId: record.id,
      inboxId,
      createdAt: at,
    },
    attachments: item.attachments,
    isInfected: verdict.virus?.state === 'infected',
    patch: {},
    ...(opened ? { changes: opened.changes } : {}),
    ...(item.isHistory ? { isPast: true } : {}),
  });
  await settleAwaited(tx, inboxId, messageId, item, isAwaited);
  tx.emit({ type: 'message.imported', data: { conversationId: before.id, messageId } });
  if (spamReason) return { status: 'spam', reason: null, spamReason };
  if (joined) await changeConversation(tx, conversation, await standing(tx, joined, conversation, item, at));
  return { status: 'received', reason: null };
}

/** To whom one of us wrote: the first who is not one of us. */
function partnerOf(endpoints: Endpoints, { from, to, cc }: InterpretedMessage): NamedAddress {
  const all = [...to, ...cc];
  return all.find(({ address }) => !endpoints.isOurs(identityOf('email', address).address)) ?? all[0] ?? from;
}

/** The account says that it is ours, so what it refers to is enough. */
async function threadOfOwn(
  tx: WriteScope,
  inboxId: Judged['record']['inboxId'],
  item: InterpretedMessage,
  isAwaited: boolean,
): Promise<Thread> {
  const [answered] = await messagesWithIds(tx, inboxId, item.references);
  const join = answered?.conversationId ?? (isAwaited ? await awaitedIn(tx, inboxId, item.externalId) : null);
  return { join, senderStatus: 'participant', relatedId: null, isProven: true };
}

/** Old mail takes nothing out of spam or the trash. What its owner answers elsewhere is no spam to him, unless somebody here said that it is. */
async function joinable(tx: WriteScope, conversation: Conversation, item: InterpretedMessage): Promise<Conversation | null> {
  const { spam } = conversation;
  const isBrought = item.isOwn && !item.automated && !item.isHistory && spam !== null && !SAID.has(spam.reason);
  if ((spam && !isBrought) || (item.isHistory && conversation.trashedAt)) return null;
  const present = await takeOut(tx, conversation, 'mail');
  return isBrought ? markSpam(tx, present.id, false) : present;
}

/** The same of the first message of a conversation. */
function beginning(item: InterpretedMessage, at: Date): Pick<Opening, 'waitingSince' | 'closedAt'> {
  if (!item.isOwn && !item.automated) return { waitingSince: at };
  return item.isHistory ? { closedAt: at } : {};
}

/** Whether it is open and since when the contact waits, as the times of its messages tell. */
async function standing(
  tx: WriteScope,
  before: Conversation,
  now: Conversation,
  item: InterpretedMessage,
  at: Date,
): Promise<ConversationPatch> {
  const isLast = before.messageCount === 0 || at >= before.lastMessageAt;
  const isAnswer = item.isOwn === true && !item.automated;
  const wasWaiting = before.waitingSince !== null;
  const asks = !item.automated && !item.isOwn && (isLast || wasWaiting);
  const waiting: ConversationPatch = (isAnswer && wasWaiting) || asks ? { waitingSince: await waitsSince(tx, now.id) } : {};
  if (!item.isHistory || !isLast) return waiting;
  if (item.isOwn || item.automated) return { ...waiting, ...(now.status === 'open' ? { status: 'closed', closedAt: at } : {}) };
  const isClosedBefore = now.status === 'closed' && now.closedAt !== null && now.closedAt <= at;
  return { ...waiting, ...(isClosedBefore ? { status: 'open', closedAt: null } : {}) };
}
