import { addressKey, untaggedKey } from '../contacts/address.ts';
import { findConversation } from '../conversations/list.ts';
import type { Scope } from '../db/scope.ts';
import { domainOf, type NamedAddress, parseEmailAddress } from '../lib/email-address.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import type { ConversationId } from '../lib/ids.ts';
import { storable } from '../lib/text.ts';
import type { ChannelTraits } from '../plugins/contract.ts';
import type { Endpoints } from './endpoint.ts';
import type { BareMessage } from './row.ts';
import { findAnswered } from './store.ts';

/** Addresses of one outbound message, all kinds together. */
export const MAX_RECIPIENTS = 100;
const MAX_NAME_CHARS = 200;

export interface Addressed {
  readonly to: readonly NamedAddress[];
  readonly cc: readonly NamedAddress[];
  readonly bcc: readonly NamedAddress[];
}

/** Who an answer goes to. */
export interface AnswerRecipients {
  readonly to: readonly NamedAddress[];
  /** The others of that message: a copy for them is an answer to all. */
  readonly allCc: readonly NamedAddress[];
  /** Whether answering all of them is the usual thing: they were addressed together with us, by a person whom we know. */
  readonly isToAll: boolean;
}

type Ours = Pick<Endpoints, 'isOurs' | 'isOurDomain'>;

/** Who an answer in this conversation goes to. Never one of our own inboxes. Raises not_found. */
export async function replyRecipients(scope: Scope, endpoints: Ours, id: ConversationId): Promise<AnswerRecipients> {
  const conversation = await findConversation(scope, id);
  if (!conversation) throw new NotFoundError('Conversation');
  return recipientsOfAnswer(endpoints, conversation.contactAddress, await findAnswered(scope, id));
}

/** Of messages of a conversation, the newest last, the one whose people go on talking: the newest that a person wrote, one of us included. */
export function answeredAmong<T extends Pick<BareMessage, 'direction' | 'automated' | 'senderStatus'>>(messages: readonly T[]): T | null {
  const outside = messages.filter(({ direction }) => direction !== 'internal');
  const byPerson = outside.findLast(({ automated, senderStatus }) => !automated && senderStatus === 'participant');
  return byPerson ?? outside.findLast(({ direction }) => direction === 'inbound') ?? outside.at(-1) ?? null;
}

type Answered = Pick<BareMessage, 'direction' | 'automated' | 'machine' | 'senderStatus' | 'from' | 'to' | 'cc' | 'replyTo'>;

/** The same from rows already read. `answered` null = nothing was said yet. */
export function recipientsOfAnswer(endpoints: Ours, contactAddress: string, answered: Answered | null): AnswerRecipients {
  const others = (list: readonly NamedAddress[]) =>
    distinct(list).filter(({ address }) => address !== '' && !isOneOfOurs(endpoints, address));
  const contact = [{ address: contactAddress, name: null }];
  if (!answered) return { to: others(contact), allCc: [], isToAll: false };
  const { direction, to, cc, from, replyTo, machine, automated, senderStatus } = answered;
  if (direction === 'outbound') return { to: others(to), allCc: copies(others(cc), others(to)), isToAll: true };
  const sender = [replyTo, [from], contact].map(others).find((list) => list.length > 0) ?? [];
  // Only of lists do we know that people read there.
  if (automated && machine !== 'list') return { to: sender, allCc: [], isToAll: false };
  const addressed = [...to, ...cc];
  // Named nowhere, our inbox got it by a forwarding address, or as a blind copy that an answer to all would betray.
  const isNamed = addressed.some(({ address }) => isOneOfOurs(endpoints, address));
  const isWay = ({ address }: NamedAddress): boolean => !isNamed && endpoints.isOurDomain(domainOf(addressKey(address)));
  const allCc = copies(
    others(addressed).filter((one) => !isWay(one)),
    sender,
  );
  return { to: sender, allCc, isToAll: isNamed && !automated && senderStatus === 'participant' };
}

/** Those of them that mail can be sent to and that get it not anyway. */
function copies(list: readonly NamedAddress[], besides: readonly NamedAddress[]): readonly NamedAddress[] {
  const named = new Set(besides.map(({ address }) => addressKey(address)));
  return list.filter(({ address }) => {
    const parsed = parseEmailAddress(address);
    return parsed !== null && !named.has(parsed) && domainOf(parsed).split('.').at(-1) !== 'invalid';
  });
}

const isOneOfOurs = ({ isOurs }: Pick<Endpoints, 'isOurs'>, address: string): boolean =>
  isOurs(addressKey(address)) || isOurs(untaggedKey(address));

/**
 * Checks and normalises what a person addressed: each address once (the first place counts), none of ours, at least one.
 * Raises invalid with the field at fault.
 */
export function checkRecipients(
  endpoints: Pick<Endpoints, 'isOurs'>,
  addressKind: ChannelTraits['addressKind'],
  wanted: Addressed,
): Addressed {
  const seen = new Set<string>();
  const checked = (field: keyof Addressed): readonly NamedAddress[] =>
    wanted[field].flatMap((one) => {
      const address = addressKind === 'email' ? parseEmailAddress(one.address) : addressKey(one.address);
      if (!address) throw new InvalidError({ [field]: 'messages.problems.address' });
      if (seen.has(address) || isOneOfOurs(endpoints, address)) return [];
      seen.add(address);
      return [{ address, name: oneLine(one.name) }];
    });
  const all = { to: checked('to'), cc: checked('cc'), bcc: checked('bcc') };
  if (seen.size === 0) throw new InvalidError({ to: 'messages.problems.recipient' });
  if (seen.size > MAX_RECIPIENTS) throw new InvalidError({ to: 'messages.problems.recipients' });
  return all;
}

function oneLine(name: string | null): string | null {
  const line = storable(name ?? '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line === '' ? null : line.slice(0, MAX_NAME_CHARS).toWellFormed();
}

function distinct(list: readonly NamedAddress[]): readonly NamedAddress[] {
  return [...new Map(list.toReversed().map((one) => [addressKey(one.address), one])).values()].toReversed();
}
