import { identityOf } from '../contacts/address.ts';
import { resolveContact } from '../contacts/resolve.ts';
import { lockedStanding } from '../conversations/change.ts';
import { openConversation } from '../conversations/open.ts';
import { pretendingAfter } from '../conversations/pretending.ts';
import { reopeningBy } from '../conversations/reopening.ts';
import type { Conversation } from '../conversations/types.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { receiveReport } from '../deliveries/receive-report.ts';
import type { ReturnTokens } from '../deliveries/return-token.ts';
import { receiveDomainReport } from '../domain-reports/receive.ts';
import { tellFollowers } from '../followers/tell.ts';
import { ConflictError } from '../lib/errors.ts';
import { snippet } from '../lib/text.ts';
import { addMessage } from '../messages/add.ts';
import { authorOf } from '../messages/author.ts';
import { settleAwaited } from '../messages/awaited.ts';
import type { Endpoint, Endpoints } from '../messages/endpoint.ts';
import { stopScheduled } from '../messages/stop-scheduled.ts';
import { notifyOfMessage } from '../notifications/notify-talk.ts';
import type { DeliveryReport } from '../plugins/contract.ts';
import { graveOf, noteReturn } from '../trash/tombstones.ts';
import { takeOut } from '../trash/trash.ts';
import { linkWithCopies } from './copies.ts';
import { disposeOf, type SpamReason } from './disposition.ts';
import { copyReason, UNMATCHED } from './failure.ts';
import { isHeard } from './heard.ts';
import { ownComingBack } from './loop.ts';
import { arrivalOf, type Judged, messagesOf, written } from './message-of.ts';
import { apartBySubject } from './other-subject.ts';
import { receiveFetched } from './receive-fetched.ts';
import { knownOf, settleRaw, type Twin } from './received/store.ts';
import { sameMessage } from './same-message.ts';
import { findThread, type Thread } from './thread.ts';
import type { Interpreted, InterpretedDomainReport, InterpretedMessage, RawInboundRecord, RawStatus } from './types.ts';
import { UNJUDGED, type Verdict } from './verdict.ts';

/** What became of one of the things that a kept raw inbound held. */
interface Outcome {
  readonly status: 'received' | 'report' | 'duplicate' | 'spam';
  readonly reason: string | null;
  /** Only of spam. */
  readonly spamReason?: SpamReason;
  /** A report, but about nothing that we sent: a person should see it. */
  readonly unmatched?: boolean;
}

/** Where messages have no subject, a conversation is called by its first words. */
const TITLE_CHARS = 70;
const NOTHING: Outcome = { status: 'report', reason: 'nothing in it to receive', unmatched: true };
const REPEATED_WITHIN_MS = 10 * 60_000;
/** What makes equal bytes for the same inbox a duplicate. */
const ORIGINALS: ReadonlySet<RawStatus> = new Set(['received', 'report', 'spam']);

/**
 * Receives what one kept thing was interpreted as, in one transaction, and settles it: received, spam, report or duplicate.
 * Equal bytes for the same inbox are received once, and what was deleted for good not again, unless nothing in them tells one from another; calling again for a settled record changes nothing.
 * Raises inbox_unknown when the inbox or its plugin is gone: nothing is lost, the record stays as it was.
 */
export async function receiveInbound(
  scope: Scope | WriteScope,
  endpoints: Endpoints,
  record: RawInboundRecord,
  items: readonly Interpreted[],
  tokens?: Pick<ReturnTokens, 'read'>,
  verdict: Verdict = UNJUDGED,
): Promise<RawStatus> {
  const endpoint = endpoints.find(record.inboxId);
  if (!endpoint) throw new ConflictError('inbox_unknown', 'The inbox or its plugin is not there', 'Enable the plugin and try again.');
  return transact(scope, async (tx) => {
    const messages = messagesOf(items);
    const fetched = messages.filter(({ arrivedAt }) => arrivedAt !== undefined);
    const { twins, graves, isAwaited, namesakes } = await knownOf(tx, record, idsOf(messages), idsOf(fetched));
    const settled = twins.find((twin) => twin.id === record.id)?.status;
    if (settled && settled !== 'waiting' && settled !== 'failed') return settled;
    const isNameless = messages.length > 0 && messages.every(hasNoName);
    const original = twins.find((twin) => twin.id !== record.id && ORIGINALS.has(twin.status) && !(isNameless && isLater(record, twin)));
    if (original) return settle(tx, { record, verdict }, { status: 'duplicate', reason: `same bytes as ${original.id}` });
    const same = isNameless ? undefined : graves.find(({ sha256 }) => sha256 === record.blobSha256);
    if (same) return settle(tx, { record, verdict }, { status: 'duplicate', reason: await noteReturn(tx, same) });
    const outcomes: Outcome[] = [];
    for (const item of items) {
      if (item.kind === 'report') outcomes.push(quietly(item, await receiveReport(tx, record.inboxId, item, tokens)));
      else if (item.kind === 'domain-report' && isBelieved(endpoints, endpoint, verdict, item))
        outcomes.push(await receiveDomainReport(tx, item));
      else {
        const message = item.kind === 'domain-report' ? item.message : item;
        const grave = graveOf(graves, message);
        const same = namesakes.length > 0 ? await sameMessage(tx, endpoint.traits.addressKind, namesakes, message) : null;
        if (grave) outcomes.push({ status: 'duplicate', reason: await noteReturn(tx, grave) });
        else if (same !== null) outcomes.push({ status: 'duplicate', reason: copyReason(same) });
        else outcomes.push(await receiveMessage(tx, endpoints, endpoint, { record, verdict, isAwaited }, message));
      }
    }
    return settle(tx, { record, verdict }, summary(outcomes));
  });
}

/** Neither an id nor a date, and no account to tell one from another: alarms and sensors send the same bytes each time. */
const hasNoName = ({ externalId, sentAt, arrivedAt }: InterpretedMessage): boolean =>
  externalId === null && sentAt === null && arrivedAt === undefined;

/** Too late for the repetition of one whose sender had no answer from us. */
const isLater = ({ receivedAt }: RawInboundRecord, twin: Twin): boolean =>
  Math.abs(receivedAt.getTime() - twin.receivedAt.getTime()) > REPEATED_WITHIN_MS;

export const idsOf = (messages: readonly InterpretedMessage[]): readonly string[] => messages.flatMap(({ externalId }) => externalId ?? []);

/** An old report about mail that another program sent is no news. */
const quietly = ({ isHistory }: DeliveryReport, { unmatched, ...outcome }: Outcome): Outcome =>
  isHistory ? outcome : { ...outcome, ...(unmatched ? { unmatched } : {}) };

/** A report on a domain of ours that nothing speaks against; anything else is a message that people see. */
function isBelieved(endpoints: Endpoints, endpoint: Endpoint, verdict: Verdict, { domain }: InterpretedDomainReport): boolean {
  const isDisowned = verdict.authentication?.dmarc?.result === 'fail';
  return endpoints.isOurDomain(domain) && !isDisowned && disposeOf({ policy: endpoint.policy, verdict, isProven: false }) === null;
}

async function settle(tx: WriteScope, { record, verdict }: Omit<Judged, 'isAwaited'>, outcome: Outcome): Promise<RawStatus> {
  const { status, reason, unmatched, spamReason = null } = outcome;
  await settleRaw(tx, record, { status, reason: unmatched ? `${UNMATCHED}${reason}` : reason, spamReason }, verdict);
  if (unmatched) tx.emit({ type: 'report.unmatched', data: { inboxId: record.inboxId } });
  return status;
}

/** A message weighs more than a report, a report that found its message more than one that did not, any more than a duplicate. */
function summary(outcomes: readonly Outcome[]): Outcome {
  const of = (status: Outcome['status']) => outcomes.find((outcome) => outcome.status === status);
  const matched = outcomes.find((outcome) => outcome.status === 'report' && !outcome.unmatched);
  return of('received') ?? of('spam') ?? matched ?? of('report') ?? of('duplicate') ?? NOTHING;
}

async function receiveMessage(
  tx: WriteScope,
  endpoints: Endpoints,
  endpoint: Endpoint,
  judged: Judged,
  item: InterpretedMessage,
): Promise<Outcome> {
  const { record, verdict, isAwaited } = judged;
  const own = await ownComingBack(tx, endpoints, record.inboxId, item);
  if (own !== null) return { status: 'duplicate', reason: copyReason(own) };
  if (item.isOwn || item.isHistory) return receiveFetched(tx, endpoints, endpoint, judged, item);
  const at = arrivalOf(record, item);
  const author = authorOf(endpoints, item);
  const identity = identityOf(endpoint.traits.addressKind, author.address);
  const contactId = await resolveContact(tx, identity, author.name, endpoint.ownerId);
  const { continues } = endpoint.traits;
  const inquiry = { inboxId: record.inboxId, message: item, isAwaited, contactId, continues };
  const weighed = await findThread(tx, inquiry);
  const spamReason = disposeOf({ policy: endpoint.policy, verdict, isProven: weighed.isProven });
  const standing = await joinable(tx, weighed, spamReason);
  const { found, joins, left } =
    standing && endpoint.traits.subject && !item.automated
      ? await apartBySubject(tx, inquiry, weighed, standing)
      : { found: weighed, joins: standing, left: null };
  // Whoever writes to what was deleted is heard: it comes out of the trash.
  const joined = joins && (await takeOut(tx, joins, 'mail'));
  const thread = joined ? found : apart(found);
  const { conversation: before, changes } = joined
    ? { conversation: joined, changes: undefined }
    : await openConversation(tx, {
        inboxId: record.inboxId,
        contactId,
        contactAddress: identity.address,
        assigneeId: endpoint.ownerId ?? left?.assigneeId ?? null,
        ...(left ? { teamId: left.teamId, folderId: left.folderId } : {}),
        subject: endpoint.traits.subject ? item.subject : snippet(item.ownWords || item.text, TITLE_CHARS),
        relatedConversationId: thread.relatedId,
        at,
        ...(spamReason || item.automated ? {} : { waitingSince: at }),
        spam: spamReason && { at: tx.now(), reason: spamReason, score: verdict.spam?.score ?? null },
      });
  const isWords = isHeard(item, found, before, at);
  const { patch, reopens } = before.spam
    ? { patch: { waitingSince: null }, reopens: false }
    : isWords
      ? reopeningBy(before, identity.address, at)
      : { patch: {}, reopens: false };
  const { messageId } = await addMessage(tx, endpoints, before, {
    message: {
      ...written(item, thread),
      from: { address: identityOf(endpoint.traits.addressKind, item.from.address).address, name: item.from.name },
      rawInboundId: record.id,
      inboxId: record.inboxId,
      createdAt: at,
    },
    attachments: item.attachments,
    isInfected: verdict.virus?.state === 'infected',
    patch: {
      ...patch,
      ...pretendingAfter(before, { pretends: Boolean(verdict.authentication?.pretences.length), automated: item.automated }),
    },
    ...(changes ? { changes } : {}),
  });
  if (spamReason) {
    tx.emit({ type: 'spam.hidden', data: { conversationId: before.id } });
    return { status: 'spam', reason: null, spamReason };
  }
  await linkWithCopies(tx, endpoints, endpoint, item, messageId);
  if (item.arrivedAt) await settleAwaited(tx, record.inboxId, messageId, item, isAwaited);
  if (thread.join !== null && !item.automated) await stopScheduled(tx, before);
  if (reopens) tx.emit({ type: 'conversation.reopened', data: { conversationId: before.id } });
  tx.emit({ type: 'message.received', data: { conversationId: before.id, messageId } });
  // What is nobody's is told by a job, when anybody asked for it (core/notifications/unassigned.ts).
  if (isWords && before.assigneeId !== null) await notifyOfMessage(tx, before, messageId, item.ownWords || item.text);
  if (isWords && thread.join !== null) await tellFollowers(tx, before, messageId, item.ownWords || item.text);
  return { status: 'received', reason: null };
}

/**
 * Spam goes into no conversation of others, and nothing good into one that is in spam: there it would not be seen. Both get a
 * conversation of their own with a hint at the other one.
 */
async function joinable(tx: WriteScope, { join }: Thread, spamReason: SpamReason | null): Promise<Conversation | null> {
  if (join === null || spamReason) return null;
  const conversation = await lockedStanding(tx, join);
  return conversation.spam ? null : conversation;
}

const apart = (thread: Thread): Thread =>
  thread.join === null ? thread : { ...thread, join: null, senderStatus: 'participant', relatedId: thread.join };
