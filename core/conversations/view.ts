import type { Contact } from '../contacts/types.ts';
import { isHeld } from '../deliveries/untouched.ts';
import { deliveryView } from '../deliveries/view.ts';
import type { AgentId } from '../lib/ids.ts';
import type { Page } from '../lib/page.ts';
import type { Message, MessagePage } from '../messages/types.ts';
import { firstUnreadOf, messageView } from '../messages/view.ts';
import { hrefOf, type ListAddress, labelHref } from './address.ts';
import { spamView } from './spam-view.ts';
import type { ConversationRow } from './types.ts';
import { waitOf } from './wait.ts';

export interface TalkParts {
  readonly row: ConversationRow;
  readonly messages: MessagePage;
  readonly viewer: AgentId;
  readonly address: ListAddress;
  readonly now: Date;
  /** Deliveries whose fate nobody knows. */
  readonly unknown: number;
  /** From which score a message is shown with a warning; null = never. */
  readonly tagScore: number | null;
}

/** An open conversation: header, warnings and messages. */
export function talkView({ row, messages, viewer, address, now, unknown, tagScore }: TalkParts) {
  const firstUnread = firstUnreadOf(messages.items, row.readUpTo, row.unread);
  const stranger = messages.items.findLast((message) => message.senderStatus === 'new_participant');
  return {
    id: row.id,
    subject: row.subject,
    status: row.status,
    inbox: row.inbox.name,
    wait: row.status === 'open' && row.waitingSince ? waitOf(row.waitingSince, now) : null,
    assignee: row.assignee ? fullName(row.assignee) : '',
    isMine: row.assignee?.id === viewer,
    labels: row.labels.map((label) => ({ ...label, href: labelHref(label.id) })),
    backHref: hrefOf('/conversations', address),
    lastMessageId: row.lastMessageId,
    unread: row.unread,
    newParticipant: stranger ? stranger.from.address : null,
    relatedId: row.relatedConversationId,
    failed: Math.max(0, row.failedDeliveries - unknown),
    unknown,
    loopedAt: row.loopedAt,
    reopeningStoppedAt: row.reopeningStoppedAt,
    overtaken: isOvertaken(messages.items, now),
    late: messages.items.some(({ deliveries }) => deliveries.some((one) => deliveryView(one, now).isLate)),
    spam: spamView(row, messages.items),
    contact: { id: row.contact.id, name: row.contact.name || row.contact.address, address: row.contact.address },
    oldestId: messages.items[0]?.id ?? null,
    earlierHref: messages.earlier === null ? null : hrefOf(`/conversations/${row.id}`, address, { before: messages.earlier }),
    earlierPartHref: messages.earlier === null ? null : `/conversations/${row.id}/messages?before=${encodeURIComponent(messages.earlier)}`,
    messages: messages.items.map((message) =>
      messageView(message, { firstUnread: message.id === firstUnread, now, tagScore: row.spam ? null : tagScore, subject: row.subject }),
    ),
  };
}
export type TalkView = ReturnType<typeof talkView>;

/** A message of ours waits for its moment, and the contact has written since it was. */
function isOvertaken(messages: readonly Message[], now: Date): boolean {
  const waiting = messages.find((one) => one.scheduledAt !== null && one.scheduledAt > now && isHeld(one.deliveries));
  return waiting !== undefined && messages.some((one) => one.id > waiting.id && one.direction === 'inbound' && !one.automated);
}

/** The panel beside a conversation: whose it is and what he wrote before. */
export function contextView(contact: Contact, earlier: Page<ConversationRow>, row: ConversationRow, iconOf: (channel: string) => string) {
  return {
    since: contact.createdAt,
    addresses: contact.identities.map((identity) => identity.address),
    isCut: earlier.next !== null,
    earlier: earlier.items
      .filter((one) => one.id !== row.id)
      .map((one) => ({
        href: `/conversations/${one.id}`,
        icon: iconOf(one.inbox.channel),
        subject: one.subject,
        at: one.lastMessageAt,
        status: one.status,
      })),
  };
}

const fullName = ({ firstName, lastName }: { firstName: string; lastName: string }): string => `${firstName} ${lastName}`.trim();
