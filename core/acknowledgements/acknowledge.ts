import { blockedAmong } from '../blocked-addresses/block.ts';
import { lockedStanding } from '../conversations/change.ts';
import { conversationDifference } from '../conversations/counters.ts';
import type { Conversation } from '../conversations/types.ts';
import { transact, type WriteScope } from '../db/scope.ts';
import type { Subscriber } from '../events/dispatcher.ts';
import { verdictOf } from '../ingest/verdict-of.ts';
import type { JobHandler } from '../jobs/worker.ts';
import type { ConversationId } from '../lib/ids.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import { bodyOf } from '../messages/body.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { firstMessage } from '../messages/first.ts';
import { addOutgoing } from '../messages/outbound.ts';
import { referencesTo } from '../messages/reply.ts';
import type { BareMessage } from '../messages/row.ts';
import { readGeneral } from '../settings/general.ts';
import { pausedSince, trips } from './breaker.ts';
import { fillIn } from './fill-in.ts';
import { answerable } from './recipient.ts';
import { claimAddress, findAcknowledgement } from './store.ts';
import type { Acknowledgement } from './types.ts';

export const ACKNOWLEDGE_JOB = 'conversation_acknowledge';
const DAY_MS = 24 * 3_600_000;

/** A job for each new conversation, while any inbox answers by itself; `isOn` tells. */
export const acknowledgeNew =
  (isOn: () => boolean): Subscriber =>
  (event) =>
    event.type === 'conversation.opened' && isOn() ? [{ kind: ACKNOWLEDGE_JOB, data: { ...event.data } }] : [];

export const acknowledgeHandler =
  (endpoints: Endpoints, log: Log): JobHandler =>
  async (scope, job) => {
    await transact(scope, (tx) => acknowledge(tx, endpoints, Number(job.data['conversationId']) as ConversationId, log));
  };

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
  // Answered, closed or hidden meanwhile: then it is too late for "we have it".
  if (!settings?.enabled || !endpoint?.canSend || conversation.status !== 'open' || conversation.waitingSince === null) return false;
  if (await pausedSince(tx)) return false;
  const message = await firstMessage(tx, id);
  const verdict = message?.rawInboundId ? await verdictOf(tx, message.rawInboundId) : null;
  const address = message && answerable(message, endpoints.isOurs, verdict?.authentication ?? null);
  if (!message || !address || (await blockedAmong(tx, [address])).length > 0) return false;
  if (!(await claimAddress(tx, address, new Date(tx.now().getTime() - DAY_MS)))) return false;
  if (await trips(tx)) {
    log.warn('acknowledgements_paused', { conversation: id });
    return false;
  }
  return send(tx, endpoints, conversation, { settings, message, address }, log);
}

interface Wanted {
  readonly settings: Acknowledgement;
  readonly message: BareMessage;
  readonly address: string;
}

async function send(
  tx: WriteScope,
  endpoints: Endpoints,
  conversation: Conversation,
  { settings, message, address }: Wanted,
  log: Log,
): Promise<boolean> {
  const endpoint = endpoints.find(conversation.inboxId);
  if (!endpoint) return false;
  const { companyName } = await readGeneral(tx);
  const facts = {
    contactName: message.from.name ?? '',
    conversationNumber: String(conversation.id),
    inboxName: endpoint.name,
    company: companyName || endpoint.name,
  };
  let filled: { subject: string; text: string };
  try {
    filled = fillIn(settings, facts);
  } catch (error) {
    log.error('acknowledgement_text_wrong', { inbox: endpoint.id, ...errorFacts(error) });
    return false;
  }
  await addOutgoing(tx, endpoints, endpoint, conversation, {
    kind: 'reply',
    authorId: null,
    recipients: { to: [{ address, name: null }], cc: [], bcc: [] },
    subject: endpoint.traits.subject ? filled.subject : null,
    body: bodyOf({ text: filled.text, html: null, attachments: [] }, endpoint.traits),
    attachments: [],
    references: referencesTo(message),
    quotedMessageId: null,
    withFooter: false,
    notBefore: null,
    schedule: null,
    patch: {},
    changes: conversationDifference(null, null),
  });
  return true;
}
