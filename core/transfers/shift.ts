import { changeConversation, expectPresent } from '../conversations/change.ts';
import type { Conversation, ConversationPatch } from '../conversations/types.ts';
import type { WriteScope } from '../db/scope.ts';
import type { AgentId, MessageId, TransferId } from '../lib/ids.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { bringParticipants, takeParticipants } from '../messages/move-participants.ts';
import { readersOf, writeReads } from './companions-store.ts';
import { sideOf } from './memory.ts';
import { readsAfter } from './reads.ts';
import {
  holdsPretence,
  insertTransfer,
  newestIn,
  noteMessages,
  saveMemory,
  shiftMessages,
  unansweredSince,
  welcomeSenders,
} from './store.ts';
import type { Extent, TransferKind } from './types.ts';

export interface Shift {
  readonly kind: TransferKind;
  readonly from: Conversation;
  readonly to: Conversation;
  /** Null = all messages. */
  readonly some: { readonly first: MessageId; readonly extent: Extent } | null;
}

/** What else changes in both conversations once the messages are where they belong, and which drafts went along. */
export interface Settled {
  readonly from: ConversationPatch;
  readonly to: ConversationPatch;
  readonly drafts: readonly number[];
}

/**
 * Moves messages of one locked conversation into another with their deliveries, participants and marks of reading, and remembers what
 * undoing needs. `settle` is told since when one of them waits for an answer. Events are the caller's. Raises conversation_is_spam, conversation_in_trash.
 */
export async function shift(
  tx: WriteScope,
  endpoints: Pick<Endpoints, 'isOurs'>,
  { kind, from, to, some }: Shift,
  settle: (unanswered: Date | null) => Promise<Settled>,
): Promise<TransferId> {
  expectPresent(from, to);
  const afterMessageId = await newestIn(tx, [from.id, to.id]);
  const id = await insertTransfer(tx, { kind, fromId: from.id, toId: to.id, agentId: agentOf(tx), at: tx.now(), afterMessageId });
  const messageCount = await noteMessages(tx, id, from.id, some);
  const unanswered = await unansweredSince(tx, id, from.id);
  const readers = await readersOf(tx, from.id, to.id);
  await shiftMessages(tx, id, from.id, to.id);
  const strangers = kind === 'merge' ? [] : await welcomeSenders(tx, id);
  await bringParticipants(tx, endpoints, id, to.id);
  await takeParticipants(tx, id, from.id);
  const moved = { first: some?.first ?? null, last: from.lastMessageId, lastAt: from.lastMessageAt };
  const reads = readsAfter(readers, moved, { first: null, last: to.lastMessageId, lastAt: to.lastMessageAt });
  await writeReads(tx, to.id, reads);
  const { drafts, ...patches } = await settle(unanswered);
  const marks = {
    from: from.pretends && (await holdsPretence(tx, from.id)),
    to: (from.pretends || to.pretends) && (await holdsPretence(tx, to.id)),
  };
  const after = {
    from: sideOf(await changeConversation(tx, from, { ...patches.from, pretends: marks.from, hasTransfers: true })),
    to: sideOf(await changeConversation(tx, to, { ...patches.to, pretends: marks.to, hasTransfers: true })),
  };
  await saveMemory(tx, id, { before: { from: sideOf(from), to: sideOf(to) }, after, drafts, reads, strangers, labels: [] }, messageCount);
  return id;
}

export const agentOf = ({ actor }: WriteScope): AgentId | null => (actor.kind === 'agent' ? actor.id : null);
