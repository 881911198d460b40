import type { Scope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';
import type { Join, Story } from './types.ts';

interface Merge {
  readonly id: number;
  readonly from_id: ConversationId;
  readonly to_id: ConversationId;
  readonly at: string;
}

type Ending = Story['others'][number];

/** What was merged into some conversations: from when on each is part of another one, how it ended before, and which message came out of which. */
export interface Origins {
  readonly joins: ReadonlyMap<ConversationId, Join>;
  readonly endings: readonly Ending[];
  readonly ofMessage: ReadonlyMap<number, ConversationId>;
}

/** Of all that was merged into these, and into that in turn, and not taken back. */
export async function originsOf(scope: Scope, ids: readonly ConversationId[]): Promise<Origins> {
  const merges = await mergesInto(scope, ids);
  if (merges.length === 0) return { joins: new Map(), endings: [], ofMessage: new Map() };
  const { db } = scope;
  const fromOf = new Map(merges.map((one) => [one.id, one.from_id]));
  const moved: { transfer_id: number; message_id: number }[] = await db('transferred_messages')
    .whereIn('transfer_id', [...fromOf.keys()])
    .orderBy('transfer_id', 'desc')
    .select('transfer_id', 'message_id');
  const ended = await db('statistics_endings')
    .whereIn('conversation_id', [...fromOf.values()])
    .orderBy('id')
    .select('conversation_id', 'ended_at');
  return {
    joins: new Map(merges.map((one) => [one.from_id, { into: one.to_id, at: new Date(one.at) }])),
    endings: ended.map((one) => ({ origin: one.conversation_id as ConversationId, at: new Date(one.ended_at) })),
    // The first merge comes last, and is the one that tells.
    ofMessage: new Map(moved.map((one) => [one.message_id, fromOf.get(one.transfer_id) as ConversationId])),
  };
}

/** What was merged into this conversation and brought the message; undefined = it came into it itself, or by another way. */
export function originIn({ joins, ofMessage }: Origins, id: ConversationId, messageId: number): ConversationId | undefined {
  const origin = ofMessage.get(messageId);
  for (let next = origin; next !== undefined; next = joins.get(next)?.into) if (next === id) return origin;
  return undefined;
}

async function mergesInto({ db }: Scope, ids: readonly ConversationId[]): Promise<readonly Merge[]> {
  const all = new Map<number, Merge>();
  for (let level: readonly ConversationId[] = ids; level.length > 0; ) {
    const found: Merge[] = await db('transfers')
      .whereIn('to_id', [...level])
      .where({ kind: 'merge' })
      .whereNull('undone_at')
      .orderBy('id')
      .select('id', 'from_id', 'to_id', 'at');
    const fresh = found.filter(({ id }) => !all.has(id));
    for (const one of fresh) all.set(one.id, one);
    level = fresh.map((one) => one.from_id);
  }
  return [...all.values()];
}
