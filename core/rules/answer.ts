import { claimAnswer, type Silence, sendByItself } from '../acknowledgements/answer.ts';
import { modestName } from '../acknowledgements/fill-in.ts';
import { fillLetter } from '../canned-responses/fill.ts';
import { noteUse } from '../canned-responses/list.ts';
import { ownedCanned } from '../canned-responses/save.ts';
import { firstNameOf, NOTHING } from '../canned-responses/variables.ts';
import { companyValues } from '../company/read.ts';
import type { Conversation } from '../conversations/types.ts';
import type { WriteScope } from '../db/scope.ts';
import { formatDate } from '../lib/format-date.ts';
import type { CannedResponseId } from '../lib/ids.ts';
import { bareSubject } from '../lib/text.ts';
import { bodyOf } from '../messages/body.ts';
import type { Endpoint } from '../messages/endpoint.ts';
import type { BareMessage } from '../messages/row.ts';
import { readGeneral } from '../settings/general.ts';
import type { ActDeps } from './act.ts';

/**
 * Answers a message with a template of the company, within the limits of everything that Centrala sends by itself. Answers null, or why
 * it was not sent. Raises not_found for a template that is gone, invalid for one that cannot be read.
 */
export async function answerFor(
  tx: WriteScope,
  { endpoints, log }: ActDeps,
  conversation: Conversation,
  { message, answerId }: { readonly message: BareMessage; readonly answerId: CannedResponseId },
): Promise<Silence | 'cannot_send' | null> {
  const letter = await ownedCanned(tx, null, answerId);
  const endpoint = endpoints.find(conversation.inboxId);
  if (!endpoint?.canSend) return 'cannot_send';
  const filled = fillLetter(letter, await values(tx, endpoint, conversation, message), () => '');
  const attachments = letter.attachments.map(({ id: _, ...file }) => ({ ...file, contentId: null, inline: false }));
  const body = bodyOf({ text: filled.text, html: filled.html, attachments }, endpoint.traits);
  const claim = await claimAnswer(tx, endpoints, message, log);
  if ('silence' in claim) return claim.silence;
  const subject = filled.subject || `Re: ${bareSubject(conversation.subject)}`.trim();
  await sendByItself(tx, endpoints, { endpoint, conversation, message }, { address: claim.address, subject, body, attachments });
  await noteUse(tx, letter.id);
  return null;
}

/** What a forged sender could write into a mail of ours to somebody else is left out: his name must be one, and no subject. */
async function values(tx: WriteScope, endpoint: Endpoint, { id }: Conversation, { from }: BareMessage) {
  const { companyName, defaultLanguage, timeZone } = await readGeneral(tx);
  const name = modestName(from.name ?? '');
  return {
    ...NOTHING,
    'contact.name': name,
    'contact.first_name': firstNameOf(name),
    'conversation.number': String(id),
    'inbox.name': endpoint.name,
    'inbox.address': endpoint.address,
    company: companyName || endpoint.name,
    ...(await companyValues(tx)),
    date: formatDate(tx.now(), 'long', defaultLanguage, timeZone),
  };
}
