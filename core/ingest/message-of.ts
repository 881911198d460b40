import type { Thread } from './thread.ts';
import type { Interpreted, InterpretedMessage, RawInboundRecord } from './types.ts';
import type { Verdict } from './verdict.ts';

/** A kept thing and what was found out about it. */
export interface Judged {
  readonly record: RawInboundRecord;
  readonly verdict: Verdict;
  /** A fetched message that came before refers to it. */
  readonly isAwaited: boolean;
}

const MAX_REFERENCES = 50;

/** The messages in what was read, also the one that holds a report on a domain. */
export const messagesOf = (items: readonly Interpreted[]): readonly InterpretedMessage[] =>
  items.flatMap((item) => (item.kind === 'report' ? [] : [item.kind === 'domain-report' ? item.message : item]));

/** When it reached us: fetched mail reached its account earlier than it was kept here, never later. */
export const arrivalOf = ({ receivedAt }: RawInboundRecord, { arrivedAt }: InterpretedMessage): Date =>
  arrivedAt && arrivedAt < receivedAt ? arrivedAt : receivedAt;

/** The columns that come from the message itself. Its own Date is kept beside ours: senders' clocks lie. */
export const written = (item: InterpretedMessage, thread: Pick<Thread, 'senderStatus'>) => ({
  authorId: null,
  kind: 'message' as const,
  direction: 'inbound' as const,
  to: item.to,
  cc: item.cc,
  bcc: [],
  replyTo: item.replyTo,
  subject: item.subject,
  text: item.text,
  html: item.html,
  folds: item.folds,
  ownWords: item.ownWords,
  words: item.words,
  externalId: item.externalId,
  references: item.references.slice(0, MAX_REFERENCES).toReversed(),
  quotedMessageId: null,
  automated: item.automated,
  machine: item.machine ?? null,
  senderStatus: thread.senderStatus,
  sentAt: item.sentAt,
});
