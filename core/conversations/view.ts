import type { Blockable } from '../blocked-senders/blockable.ts';
import type { Contact } from '../contacts/types.ts';
import { isHeld } from '../deliveries/untouched.ts';
import { deliveryView } from '../deliveries/view.ts';
import type { Draft, SharedDraft } from '../drafts/types.ts';
import type { Forwards } from '../forwards/list.ts';
import { isForPeople } from '../lib/address-text.ts';
import type { AgentId, MessageId } from '../lib/ids.ts';
import { decodeCursor, isCursorId, type Page } from '../lib/page.ts';
import { snippet } from '../lib/text.ts';
import type { Message, MessagePage } from '../messages/types.ts';
import { firstUnreadOf, messageView } from '../messages/view.ts';
import type { hereView } from '../presence/view.ts';
import type { RuleAct } from '../rules/types.ts';
import { actLine } from '../rules/view.ts';
import type { transfersOf } from '../transfers/list.ts';
import { lineView, placeLines } from '../transfers/view.ts';
import type { TrashLine } from '../trash/types.ts';
import { hrefOf, type ListAddress, labelHref } from './address.ts';
import { isEnough } from './allow.ts';
import type { AssignmentLine } from './assignments-store.ts';
import { spamView } from './spam-view.ts';
import type { ConversationRow } from './types.ts';
import { waitOf } from './wait.ts';

export interface TalkParts {
  readonly row: ConversationRow;
  readonly messages: MessagePage;
  readonly transfers: Awaited<ReturnType<typeof transfersOf>>;
  readonly forwards: Forwards;
  /** Its channel can send a message on. */
  readonly mayForward: boolean;
  /** What an answer can be made of on its channel, and whether one follows another in a live talk. */
  readonly takes: { readonly recipients: boolean; readonly styling: boolean; readonly files: boolean; readonly live: boolean };
  /** What rules did to these messages. */
  readonly acts: readonly RuleAct[];
  /** Whose it became in the course of time. */
  readonly assignments: readonly AssignmentLine[];
  /** When it was put into the trash and came out again. */
  readonly trashings: readonly TrashLine[];
  /** When it is deleted for good; null = never, or it is not in the trash. */
  readonly goesAt: Date | null;
  /** Where this page of messages ends: the cursor it was asked with. */
  readonly before: string | undefined;
  /** The agent's drafts in conversations that lead here. */
  readonly otherDrafts: readonly Draft[];
  /** What colleagues are writing in it, for whoever may answer. */
  readonly shared: readonly SharedDraft[];
  readonly viewer: AgentId;
  readonly address: ListAddress;
  /** Who else has it open. */
  readonly here: ReturnType<typeof hereView>;
  readonly now: Date;
  /** Deliveries whose fate nobody knows. */
  readonly unknown: number;
  /** From which score a message is shown with a warning; null = never. */
  readonly tagScore: number | null;
  /** Its sender can be put on the list of those whose mail is kept in spam. */
  readonly offered: Blockable | null;
}

/** An open conversation: header, warnings and messages. */
export function talkView({
  row,
  messages,
  transfers,
  forwards,
  mayForward,
  takes,
  acts,
  assignments,
  trashings,
  goesAt,
  before,
  otherDrafts,
  shared,
  viewer,
  address,
  here,
  now,
  unknown,
  tagScore,
  offered,
}: TalkParts) {
  const firstUnread = firstUnreadOf(messages.items, row.readUpTo, row.unread);
  // What a person put together is no new matter, whatever its subject.
  const subjects = [row.subject, ...transfers.lines.flatMap((one) => (one.undoneAt ? [] : [one.fromSubject, one.toSubject]))];
  const page = { ids: messages.items.map(({ id }) => id), isBeginning: messages.earlier === null, before: cursorId(before) };
  const lines = placeLines(transfers.lines, page, (line) => lineView(line, row.id, transfers.family));
  const assigned = placeLines(assignments, page, (line) => line);
  const forwarded = placeLines(forwards.lines, page, (line) => line);
  const binned = placeLines(trashings, page, (line) => line);
  const stranger = messages.items.findLast((message) => message.senderStatus === 'new_participant');
  return {
    id: row.id,
    subject: row.subject,
    status: row.status,
    inbox: row.inbox.name,
    wait: row.status === 'open' && row.waitingSince ? waitOf(row.waitingSince, now) : null,
    isFollowed: row.isFollowed,
    trash: row.trashedAt && { at: row.trashedAt, by: trashings.findLast(({ what }) => what === 'trashed')?.by ?? '', goesAt },
    canIgnore: row.waitingSince !== null && !row.spam,
    ignored: row.status === 'closed' ? null : row.ignored && { at: row.ignored.at, by: row.ignoredBy },
    assignee: row.assignee ? fullName(row.assignee) : '',
    /** A person, a team, or a person of a team. */
    holder: [row.assignee ? fullName(row.assignee) : '', row.teamName ?? ''].filter((name) => name !== '').join(' · '),
    isMine: row.assignee?.id === viewer,
    mayForward,
    takes,
    origins: forwards.origins,
    mayAnswer: isEnough('conversation:reply', row.level),
    mayChange: isEnough('conversation:move', row.level),
    labels: row.labels.map((label) => ({ ...label, href: labelHref(label.id) })),
    backHref: hrefOf('/conversations', address),
    lastMessageId: row.lastMessageId,
    here,
    unread: row.unread,
    snoozed: row.status === 'snoozed' ? { until: row.snoozedUntil } : null,
    newParticipant: stranger ? stranger.from.address : null,
    relatedId: row.relatedConversationId,
    failed: Math.max(0, row.failedDeliveries - unknown),
    unknown,
    loopedAt: row.loopedAt,
    reopeningStoppedAt: row.reopeningStoppedAt,
    overtaken: isOvertaken(messages.items, now),
    late: messages.items.some(({ deliveries }) => deliveries.some((one) => deliveryView(one, now).isLate)),
    spam: spamView(row, messages.items, offered),
    contact: {
      id: row.contact.id,
      name: row.contact.name || row.contact.address,
      address: row.contact.address,
      addresses: [row.contact.address].filter(isForPeople),
    },
    oldestId: messages.items[0]?.id ?? null,
    earlierHref: messages.earlier === null ? null : hrefOf(`/conversations/${row.id}`, address, { before: messages.earlier }),
    earlierPartHref: messages.earlier === null ? null : `/conversations/${row.id}/messages?before=${encodeURIComponent(messages.earlier)}`,
    firstLines: lines.first,
    firstAssignments: assigned.first,
    firstTrashings: binned.first,
    firstForwards: forwarded.first,
    /** Numbers of the conversations whose draft, if there was one, is this one's now. */
    draftsCameFrom: transfers.family.filter((id) => id !== row.id && !otherDrafts.some(({ conversationId }) => conversationId === id)),
    shared: shared.map((one) => ({ ...one, words: snippet(one.text) })),
    otherDrafts: otherDrafts.map(({ conversationId, text }) => ({ number: conversationId, text: snippet(text) })),
    messages: messages.items.map((message) => ({
      ...messageView(message, {
        firstUnread: message.id === firstUnread,
        now,
        tagScore: row.spam ? null : tagScore,
        subjects,
        hidesAddresses: !takes.recipients,
      }),
      lines: lines.after.get(message.id) ?? [],
      assignments: assigned.after.get(message.id) ?? [],
      trashings: binned.after.get(message.id) ?? [],
      forwards: forwarded.after.get(message.id) ?? [],
      acts: acts.filter(({ messageId }) => messageId === message.id).map(actLine),
    })),
  };
}
export type TalkView = ReturnType<typeof talkView>;

/** A message of ours waits for its moment, and the contact has written since it was. */
function isOvertaken(messages: readonly Message[], now: Date): boolean {
  const waiting = messages.find((one) => one.scheduledAt !== null && one.scheduledAt > now && isHeld(one.deliveries));
  return waiting !== undefined && messages.some((one) => one.id > waiting.id && one.direction === 'inbound' && !one.automated);
}

/** The panel beside a conversation: whose it is and what he wrote before. */
export function contextView(
  contact: Contact,
  earlier: Page<ConversationRow>,
  row: ConversationRow,
  { address, iconOf }: { address: ListAddress; iconOf: (channel: string) => string },
) {
  return {
    since: contact.createdAt,
    addresses: contact.identities.map((identity) => identity.address).filter(isForPeople),
    isCut: earlier.next !== null,
    earlier: earlier.items
      .filter((one) => one.id !== row.id)
      .map((one) => ({
        href: hrefOf(`/conversations/${one.id}`, address),
        icon: iconOf(one.inbox.channel),
        subject: one.subject,
        at: one.lastMessageAt,
        status: one.status,
      })),
  };
}

function cursorId(cursor: string | undefined): MessageId | null {
  const [id] = cursor === undefined ? [] : (decodeCursor(cursor, 1) ?? []);
  return isCursorId(id) ? (id as MessageId) : null;
}

const fullName = ({ firstName, lastName }: { firstName: string; lastName: string }): string => `${firstName} ${lastName}`.trim();
