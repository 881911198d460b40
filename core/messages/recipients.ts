import { addressKey } from '../contacts/address.ts';
import { findConversation } from '../conversations/list.ts';
import type { Scope } from '../db/scope.ts';
import { type NamedAddress, parseEmailAddress } from '../lib/email-address.ts';
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

/** Who an answer in this conversation goes to: alone, and when it answers everybody. Never one of our own inboxes. Raises not_found. */
export async function replyRecipients(
  scope: Scope,
  endpoints: Pick<Endpoints, 'isOurs'>,
  id: ConversationId,
): Promise<{ readonly to: readonly NamedAddress[]; readonly allCc: readonly NamedAddress[] }> {
  const conversation = await findConversation(scope, id);
  if (!conversation) throw new NotFoundError('Conversation');
  return recipientsOfAnswer(endpoints, conversation.contactAddress, await findAnswered(scope, id));
}

/** The same from rows already read. `answered` null = nothing was said yet. */
export function recipientsOfAnswer(
  endpoints: Pick<Endpoints, 'isOurs'>,
  contactAddress: string,
  answered: BareMessage | null,
): { readonly to: readonly NamedAddress[]; readonly allCc: readonly NamedAddress[] } {
  const others = (list: readonly NamedAddress[]) =>
    distinct(list).filter((one) => one.address !== '' && !endpoints.isOurs(addressKey(one.address)));
  if (!answered) return { to: others([{ address: contactAddress, name: null }]), allCc: [] };
  if (answered.direction === 'outbound') return { to: others(answered.to), allCc: others(answered.cc) };
  const wanted = others(answered.replyTo);
  const sender = wanted.length > 0 ? wanted : others([answered.from]);
  const to = sender.length > 0 ? sender : others([{ address: contactAddress, name: null }]);
  const named = new Set(to.map((one) => addressKey(one.address)));
  return { to, allCc: others([...answered.to, ...answered.cc]).filter((one) => !named.has(addressKey(one.address))) };
}

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
      if (seen.has(address) || endpoints.isOurs(address)) return [];
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
