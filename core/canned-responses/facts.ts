import { existingAgent } from '../agents/edit-agent.ts';
import { nameOf } from '../agents/types.ts';
import { companyValues } from '../company/read.ts';
import { findConversationRow } from '../conversations/list.ts';
import type { Scope } from '../db/scope.ts';
import { parseEmailAddress } from '../lib/email-address.ts';
import { formatDate } from '../lib/format-date.ts';
import type { AgentId, ConversationId } from '../lib/ids.ts';
import { readGeneral } from '../settings/general.ts';
import { isUnnamed } from '../visitors/recognise.ts';
import { firstNameOf, type LetterValues, NOTHING } from './variables.ts';

/** Where a letter is written: in a conversation, or to somebody new from an inbox; `inbox` null = none was chosen yet. */
export type Occasion =
  | { readonly conversationId: ConversationId }
  | { readonly conversationId: null; readonly inbox: InboxNames | null; readonly contactName: string };

/** How an inbox is called. */
export interface InboxNames {
  readonly name: string;
  readonly address: string;
}

/** What the variables of a letter stand for. Raises not_found. */
export async function readLetterValues(scope: Scope, agentId: AgentId, occasion: Occasion): Promise<LetterValues> {
  if (occasion.conversationId === null)
    return { ...NOTHING, ...(await senderValues(scope, agentId, occasion.inbox)), ...named(occasion.contactName) };
  const row = await findConversationRow(scope, occasion.conversationId);
  const name = (await isUnnamed(scope, row.contact.address)) ? '' : row.contact.name;
  const conversation = { 'conversation.number': String(row.id), 'conversation.subject': row.subject };
  return { ...NOTHING, ...(await senderValues(scope, agentId, row.inbox)), ...named(name), ...conversation };
}

/** Those of them that do not depend on who gets it. */
export async function senderValues(scope: Scope, agentId: AgentId, inbox: InboxNames | null) {
  const agent = await existingAgent(scope, agentId);
  const { companyName, defaultLanguage, timeZone } = await readGeneral(scope);
  return {
    'agent.name': nameOf(agent),
    'agent.first_name': agent.firstName,
    'agent.job_title': agent.jobTitle,
    'agent.email': agent.email,
    company: companyName,
    ...(await companyValues(scope)),
    'inbox.name': inbox?.name ?? '',
    'inbox.address': inbox?.address ?? '',
    date: formatDate(scope.now(), 'long', defaultLanguage, timeZone),
  };
}

/** Somebody whose name is not known is called by his address: that is no name. */
function named(name: string) {
  const known = parseEmailAddress(name) ? '' : name.trim();
  return { 'contact.name': known, 'contact.first_name': firstNameOf(known) };
}
