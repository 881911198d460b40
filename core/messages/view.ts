import type { Delivery } from '../deliveries/types.ts';
import { isHeld, isWithdrawable } from '../deliveries/untouched.ts';
import { deliveryView } from '../deliveries/view.ts';
import { isForPeople } from '../lib/address-text.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import type { MessageId } from '../lib/ids.ts';
import { machineIcon } from '../lib/machine-icon.ts';
import { quotedStretches, type Stretch } from '../lib/quoted-text.ts';
import { areUnlike } from '../lib/text.ts';
import { attachmentViews } from './attachment-view.ts';
import { encryptionOf } from './encrypted.ts';
import { senderView } from './sender-view.ts';
import type { Message } from './types.ts';

export interface MessageContext {
  /** Where reading begins. */
  readonly firstUnread: boolean;
  readonly now: Date;
  /** From which score a message is shown with a warning; null = never. */
  readonly tagScore?: number | null;
  /** Of the conversation, and of those that became part of it: a message under quite another one says so. */
  readonly subjects?: readonly string[];
  /** People do not write addresses on its channel: what is one for machines only is not shown. */
  readonly hidesAddresses?: boolean;
}

/** A score is shown where it warns, and its absence where one was expected. */
function spamTags({ spam }: Message, tagScore: number | null) {
  const isDoubtful = spam?.state === 'scored' && spam.score !== null && tagScore !== null && spam.score >= tagScore;
  return { spamScore: isDoubtful ? Math.round((spam.score ?? 0) * 10) / 10 : null, unscored: spam?.state === 'unscored' };
}

/** One message as the conversation shows it. `firstUnread` marks where reading begins. */
export function messageView(
  message: Message,
  { firstUnread, now, tagScore = null, subjects = [], hidesAddresses = false }: MessageContext,
) {
  const isShown = (address: string): boolean => !hidesAddresses || isForPeople(address);
  const isInbound = message.direction === 'inbound';
  const name = nameOf(message);
  // What was sent with another program is the HTML of a stranger as well.
  const isElsewhere = !isInbound && message.rawInboundId !== null;
  const frame = message.hasHtml && (isInbound || isElsewhere);
  return {
    id: message.id,
    direction: message.direction,
    name,
    avatarOf: isInbound ? message.from.address : (message.author?.id ?? 0),
    from: isInbound && isShown(message.from.address) ? message.from.address : '',
    to: [...message.to, ...message.cc]
      .filter(({ address, name }) => name !== null || isShown(address))
      .map(addressText)
      .join(', '),
    firstUnread,
    mark: isElsewhere ? { text: 'elsewhere', icon: 'device-desktop-share' } : message.automated ? markOf(message) : null,
    sender: senderView(message),
    newParticipant: message.senderStatus === 'new_participant',
    ...spamTags(message, tagScore),
    otherSubject:
      isInbound && subjects.length > 0 && subjects.every((one) => areUnlike(message.subject ?? '', one)) ? message.subject : null,
    copies: message.copies.map(({ conversationId, inboxName }) => ({
      href: `/conversations/${conversationId}`,
      inbox: inboxName,
      id: conversationId,
    })),
    at: message.createdAt,
    frame,
    rich: !isInbound && !isElsewhere && message.html ? message.html : null,
    pieces: frame ? [] : textPieces(message.text, message.folds?.text ?? quotedStretches(message.text)),
    encryption: isInbound && !frame && message.text.trim() === '' ? encryptionOf(message.attachments) : null,
    cut: message.textIsCut && !frame,
    hasSource: message.rawInboundId !== null,
    virus: message.virus?.state === 'clean' ? null : message.virus,
    ...attachmentViews(message.attachments, frame, message.rawInboundId !== null && message.virus?.state === 'infected'),
    footer: message.footer,
    held: heldView(message, now),
    deliveries: message.deliveries.map((delivery: Delivery) => deliveryView(delivery, now)),
  };
}
export type MessageView = ReturnType<typeof messageView>;

/** A stretch of the text; `folded` names the text of the control that opens it, null = it is seen at once. */
interface Piece {
  readonly text: string;
  readonly folded: 'show_quote' | 'show_rest' | null;
}

/** Of a text that nobody reads to its end this many lines are seen at once. */
const LONG_LINES = 200;
const SEEN_LINES = 120;

/** The text in the order it was written; what is folded is marked. A list page may have cut the end off. */
function textPieces(text: string, folds: readonly Stretch[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let position = 0;
  for (const [start, end] of folds) {
    pieces.push(...ownPieces(text.slice(position, start)), { text: text.slice(start, end), folded: 'show_quote' });
    position = end;
  }
  pieces.push(...ownPieces(text.slice(position)));
  return pieces.map((piece) => ({ ...piece, text: piece.text.replace(/^\n+/, '').trimEnd() })).filter((piece) => piece.text !== '');
}

function ownPieces(text: string): readonly Piece[] {
  const lines = text.split('\n');
  if (lines.length <= LONG_LINES) return [{ text, folded: null }];
  return [
    { text: lines.slice(0, SEEN_LINES).join('\n'), folded: null },
    { text: lines.slice(SEEN_LINES).join('\n'), folded: 'show_rest' },
  ];
}

/** When a message that nobody has tried to send will leave, or that it was stopped; null when it is on its way, or its moment has come. */
function heldView({ deliveries, scheduledAt, stopsOnAnswer }: Message, now: Date) {
  if (!isWithdrawable(deliveries)) return null;
  if (!isHeld(deliveries)) return { isStopped: true as const };
  const at = new Date(Math.max(...deliveries.map(({ nextAttemptAt }) => nextAttemptAt?.getTime() ?? 0)));
  if (at <= now) return null;
  return {
    at,
    seconds: Math.ceil((at.getTime() - now.getTime()) / 1_000),
    isStopped: false as const,
    isScheduled: scheduledAt !== null,
    stopsOnAnswer,
  };
}

/** The first message after what the agent has read; null when all was read or nothing ever was. */
export function firstUnreadOf(messages: readonly Message[], readUpTo: MessageId | null, unread: boolean): MessageId | null {
  if (!unread) return null;
  return messages.find((message) => message.direction === 'inbound' && message.id > (readUpTo ?? 0))?.id ?? null;
}

/** Who wrote it, as a heading says it. */
export function nameOf({ direction, author, from }: Message): string {
  if (direction === 'inbound' || !author) return from.name || from.address;
  return `${author.firstName} ${author.lastName}`.trim() || from.name || from.address;
}

/** What a machine's message is marked with: a text under `messages.machine.` and an icon. */
function markOf({ direction, machine }: Message): { readonly text: string; readonly icon: string } {
  if (direction === 'outbound') return { text: 'ours', icon: 'robot' };
  return machine ? { text: machine, icon: machineIcon(machine) } : { text: 'unknown', icon: machineIcon('unknown') };
}

const addressText = ({ address, name }: NamedAddress): string => name || address;
