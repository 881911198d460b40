import { companyValues } from '../company/read.ts';
import { lockedStanding } from '../conversations/change.ts';
import type { Conversation } from '../conversations/types.ts';
import { transact, type WriteScope } from '../db/scope.ts';
import type { Subscriber } from '../events/dispatcher.ts';
import type { Job } from '../jobs/store.ts';
import type { JobHandler } from '../jobs/worker.ts';
import type { ConversationId } from '../lib/ids.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import { bodyOf } from '../messages/body.ts';
import type { Endpoint, Endpoints } from '../messages/endpoint.ts';
import { firstMessage } from '../messages/first.ts';
import type { BareMessage } from '../messages/row.ts';
import { afterRules } from '../rules/after.ts';
import { readGeneral } from '../settings/general.ts';
import { claimAnswer, sendByItself } from './answer.ts';
import { fillIn } from './fill-in.ts';
import { findAcknowledgement } from './store.ts';
import type { Acknowledgement } from './types.ts';

export const ACKNOWLEDGE_JOB = 'conversation_acknowledge';

/** A job for each new conversation, while any inbox answers by itself; `isOn` tells. */
export const acknowledgeNew =
  (isOn: () => boolean): Subscriber =>
  (event) =>
    event.type === 'conversation.opened' && isOn() ? [{ kind: ACKNOWLEDGE_JOB, data: { ...event.data } }] : [];

const conversationOf = (job: Job) => Number(job.data['conversationId']) as ConversationId;

export const acknowledgeHandler = (endpoints: Endpoints, log: Log): JobHandler =>
  afterRules(
    async (scope, job) => (await firstMessage(scope, conversationOf(job)))?.id ?? null,
    async (scope, job) => {
      await transact(scope, (tx) => acknowledge(tx, endpoints, conversationOf(job), log));
    },
  );

/**
 * Answers a new conversation by itself, when its inbox does so and a person wrote it: once a day to an address, whatever the inbox.
 * Answers whether it did; doing it twice sends once.
 */
export async function acknowledge(tx: WriteScope, endpoints: Endpoints, id: ConversationId, log: Log): Promise<boolean> {
  const conversation = await lockedStanding(tx, id);
  // Merged before anybody was told: the other one had its own confirmation.
  if (conversation.id !== id) return false;
  const settings = await findAcknowledgement(tx, conversation.inboxId);
  const endpoint = endpoints.find(conversation.inboxId);
  // What comes to somebody's own mailbox is answered by himself.
  if (endpoint?.ownerId != null) return false;
  // Answered, closed or hidden meanwhile: then it is too late for "we have it".
  if (!settings?.enabled || !endpoint?.canSend || conversation.status !== 'open' || conversation.waitingSince === null) return false;
  const message = await firstMessage(tx, id);
  if (!message) return false;
  const claim = await claimAnswer(tx, endpoints, message, log);
  if ('silence' in claim) return false;
  return send(tx, endpoints, conversation, { settings, endpoint, message, address: claim.address }, log);
}

interface Wanted {
  readonly settings: Acknowledgement;
  readonly endpoint: Endpoint;
  readonly message: BareMessage;
  readonly address: string;
}

async function send(
  tx: WriteScope,
  endpoints: Endpoints,
  conversation: Conversation,
  { settings, endpoint, message, address }: Wanted,
  log: Log,
): Promise<boolean> {
  const { companyName } = await readGeneral(tx);
  const facts = {
    contactName: message.from.name ?? '',
    conversationNumber: String(conversation.id),
    inboxName: endpoint.name,
    company: companyName || endpoint.name,
    companyValues: await companyValues(tx),
  };
  let filled: { subject: string; text: string };
  try {
    filled = fillIn(settings, facts);
  } catch (error) {
    log.error('acknowledgement_text_wrong', { inbox: endpoint.id, ...errorFacts(error) });
    return false;
  }
  const body = bodyOf({ text: filled.text, html: null, attachments: [] }, endpoint.traits);
  await sendByItself(tx, endpoints, { endpoint, conversation, message }, { address, subject: filled.subject, body });
  return true;
}
