import { listAgents } from '../agents/list-agents.ts';
import { addressKey } from '../contacts/address.ts';
import { firstTimeAmong } from '../conversations/first-time.ts';
import type { Scope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';
import { readRecipients } from '../messages/typed-recipients.ts';
import type { DraftInput } from './types.ts';

/** Typed addresses of a draft with whom nothing was written yet, but for our inboxes and people. What is no address yet is left out; a note goes to nobody. */
export async function strangersIn(
  scope: Scope,
  inboxes: readonly { readonly address: string }[],
  here: ConversationId | null,
  { kind, fields }: DraftInput,
): Promise<readonly string[]> {
  const typed = kind === 'forward' ? [fields.forward?.to ?? ''] : [fields.moreTo, fields.cc, fields.bcc];
  const { addresses } = readRecipients(typed.join(','));
  if (kind === 'note' || addresses.length === 0) return [];
  const agents = (await listAgents(scope)).map(({ email }) => email);
  const ours = new Set([...inboxes.map(({ address }) => address), ...agents].map(addressKey));
  const others = addresses.map(({ address }) => address).filter((address) => !ours.has(addressKey(address)));
  return firstTimeAmong(scope, others, here);
}
