import { blockedAmong } from '../blocked-addresses/block.ts';
import { conversationDifference } from '../conversations/counters.ts';
import type { Conversation } from '../conversations/types.ts';
import type { WriteScope } from '../db/scope.ts';
import type { StoredAttachment } from '../ingest/types.ts';
import { verdictOf } from '../ingest/verdict-of.ts';
import type { MessageId } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import type { Body } from '../messages/body.ts';
import type { Endpoint, Endpoints } from '../messages/endpoint.ts';
import { addOutgoing } from '../messages/outbound.ts';
import { referencesTo } from '../messages/reply.ts';
import type { BareMessage } from '../messages/row.ts';
import { restoredAt } from '../settings/restored-at.ts';
import { pausedSince, trips } from './breaker.ts';
import { answerable } from './recipient.ts';
import { claimAddress } from './store.ts';

const DAY_MS = 24 * 3_600_000;

/** Why a message gets no answer by itself: too many went out lately; a machine, a stranger or a forger wrote it; nothing is sent there; that address had its one of the day; it came before the data was restored. */
export const SILENCES = ['paused', 'nobody', 'blocked', 'today', 'restored'] as const;
export type Silence = (typeof SILENCES)[number];

/** Whom a message is answered to by itself, noted as done: once a day to an address, whatever the inbox and whoever asks. */
export async function claimAnswer(
  tx: WriteScope,
  endpoints: Endpoints,
  message: BareMessage,
  log: Log,
): Promise<{ readonly address: string } | { readonly silence: Silence }> {
  if (await pausedSince(tx)) return { silence: 'paused' };
  // A mailbox gives it a second time; whoever wrote it had his answer, and what tells of that is lost.
  const restored = await restoredAt(tx);
  if (restored && message.createdAt < restored) return { silence: 'restored' };
  const verdict = message.rawInboundId ? await verdictOf(tx, message.rawInboundId) : null;
  const address = answerable(message, endpoints.isOurs, verdict?.authentication ?? null);
  if (!address) return { silence: 'nobody' };
  if ((await blockedAmong(tx, [address])).length > 0) return { silence: 'blocked' };
  if (!(await claimAddress(tx, address, new Date(tx.now().getTime() - DAY_MS)))) return { silence: 'today' };
  if (!(await trips(tx))) return { address };
  log.warn('acknowledgements_paused', { conversation: message.conversationId });
  return { silence: 'paused' };
}

/** Sends an answer that nobody wrote: it ends no waiting and is marked as automatic (RFC 3834). */
export async function sendByItself(
  tx: WriteScope,
  endpoints: Endpoints,
  { endpoint, conversation, message }: { readonly endpoint: Endpoint; readonly conversation: Conversation; readonly message: BareMessage },
  answer: {
    readonly address: string;
    readonly subject: string;
    readonly body: Body;
    readonly attachments?: readonly StoredAttachment[];
  },
): Promise<MessageId> {
  const sent = await addOutgoing(tx, endpoints, endpoint, conversation, {
    kind: 'reply',
    authorId: null,
    recipients: { to: [{ address: answer.address, name: null }], cc: [], bcc: [] },
    subject: endpoint.traits.subject ? answer.subject : null,
    body: answer.body,
    attachments: answer.attachments ?? [],
    references: referencesTo(message),
    quotedMessageId: null,
    withFooter: false,
    notBefore: null,
    schedule: null,
    patch: {},
    changes: conversationDifference(null, null),
  });
  return sent.messageId;
}
