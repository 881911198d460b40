import { z } from 'zod';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { ConversationId, FolderId, InboxId, LabelId } from '../lib/ids.ts';
import { originIn, originsOf } from './origins-store.ts';
import type { Counted, ReadingMode, Story, StoryMessage } from './types.ts';

const ROWS_A_STATEMENT = 100;

/** Takes some conversations that changed off the list: whatever changes from now on puts them there again. */
export async function takeDirty({ db }: WriteScope, limit: number): Promise<readonly ConversationId[]> {
  const ids: ConversationId[] = await db('statistics_dirty').orderBy('conversation_id').limit(limit).pluck('conversation_id');
  if (ids.length > 0) await db('statistics_dirty').whereIn('conversation_id', ids).delete();
  return ids;
}

/** The next ones of a count of everything; null = there is none to do. */
export async function takeNext({ db }: WriteScope, limit: number): Promise<readonly ConversationId[]> {
  const { counted_to: after } = await db('statistics_state').where({ id: 1 }).first('counted_to');
  if (after === null) return [];
  const ids: ConversationId[] = await db('conversations').where('id', '>', after).orderBy('id').limit(limit).pluck('id');
  await db('statistics_state')
    .where({ id: 1 })
    .update({ counted_to: ids.at(-1) ?? null });
  return ids;
}

/** Where a count of everything has come to; null = none is under way. */
export async function countedTo({ db }: Scope): Promise<number | null> {
  return (await db('statistics_state').where({ id: 1 }).first('counted_to')).counted_to;
}

/** Held by one fold alone until its transaction ends: two would put the same figures in twice. */
export async function lockFold({ db }: WriteScope): Promise<void> {
  await db('statistics_state').where({ id: 1 }).forUpdate().first('id');
}

export async function beginAnew({ db }: WriteScope): Promise<void> {
  await db('statistics_state').where({ id: 1 }).update({ counted_to: 0 });
}

/** Forgets every figure, and what each conversation has put into them. */
export async function forgetCounts({ db }: WriteScope): Promise<void> {
  await db('statistics_counts').delete();
  await db('statistics_conversations').delete();
}

export async function insertDirty({ db }: WriteScope, unsorted: readonly number[]): Promise<void> {
  // In one order, so that two transactions never wait for each other.
  const ids = [...new Set(unsorted)].sort((a, b) => a - b);
  for (let from = 0; from < ids.length; from += ROWS_A_STATEMENT)
    await db('statistics_dirty')
      .insert(ids.slice(from, from + ROWS_A_STATEMENT).map((conversation_id) => ({ conversation_id })))
      .onConflict('conversation_id')
      .ignore();
}

/** What is kept of who has read goes down to what is allowed: nothing, or without names. */
export async function limitReads({ db }: WriteScope, ids: readonly ConversationId[], mode: ReadingMode): Promise<void> {
  if (mode === 'agents') return;
  const rows = db('statistics_reads').whereIn('conversation_id', [...ids]);
  if (mode === 'totals') {
    const named = await rows.clone().whereNot('agent_id', 0).distinct('conversation_id', 'day');
    for (let from = 0; from < named.length; from += ROWS_A_STATEMENT)
      await db('statistics_reads')
        .insert(named.slice(from, from + ROWS_A_STATEMENT).map((row) => ({ ...row, agent_id: 0 })))
        .onConflict(['conversation_id', 'agent_id', 'day'])
        .ignore();
    rows.whereNot('agent_id', 0);
  }
  await rows.delete();
}

interface Group {
  readonly conversation_id: number;
}

/** All that these conversations' facts follow from. One that is gone is missing. */
export async function storiesOf(scope: Scope, ids: readonly ConversationId[]): Promise<readonly Story[]> {
  const { db } = scope;
  const conversations = await db('conversations')
    .whereIn('id', [...ids])
    .select('id', 'folder_id', 'inbox_id', 'status', 'spam_at', 'trashed_at', 'merged_into_id', 'has_transfers', 'created_at');
  const origins = await originsOf(
    scope,
    conversations.filter((one) => one.has_transfers).map(({ id }) => id),
  );
  const trashed = conversations.filter(({ trashed_at: at }) => at !== null).map(({ id }) => id);
  const memories = trashed.length === 0 ? [] : await db('trashings').whereIn('conversation_id', trashed).whereNull('restored_at');
  // In the trash it counts as what it was before.
  const statusOf = (row: { id: number; status: string }): string => {
    const kept = memories.find((one) => one.conversation_id === row.id);
    return kept ? JSON.parse(kept.memory).status : row.status;
  };
  const of = <Row extends Group>(rows: readonly Row[]) => Map.groupBy(rows, (row) => row.conversation_id);
  const within = (table: string) => db(table).whereIn('conversation_id', [...ids]);
  const messages = of<Group & MessageRow>(
    await within('messages')
      .whereNot('direction', 'internal')
      .where({ automated: false })
      .orderBy('id')
      .select('id', 'conversation_id', 'direction', 'author_id', 'scheduled_at', 'created_at'),
  );
  const endings = of(await within('statistics_endings').orderBy('id').select('conversation_id', 'kind', 'agent_id', 'ended_at'));
  const reads = of(await within('statistics_reads').select('conversation_id', 'agent_id', 'day'));
  const labels = of(await within('conversation_labels').orderBy('label_id').select('conversation_id', 'label_id'));
  return conversations.map((row) => ({
    id: row.id as ConversationId,
    folderId: row.folder_id as FolderId,
    inboxId: row.inbox_id as InboxId,
    labelIds: (labels.get(row.id) ?? []).map((one) => one.label_id as LabelId),
    isSpam: row.spam_at !== null,
    isClosed: statusOf(row) === 'closed' && row.merged_into_id === null,
    createdAt: new Date(row.created_at),
    messages: (messages.get(row.id) ?? [])
      .flatMap((one) => storyMessage(one, originIn(origins, row.id, one.id)))
      .toSorted((a, b) => a.at.getTime() - b.at.getTime()),
    endings: (endings.get(row.id) ?? []).map((one) => ({ kind: one.kind, agentId: one.agent_id, at: new Date(one.ended_at) })),
    reads: (reads.get(row.id) ?? []).map((one) => ({ agentId: one.agent_id, day: one.day })),
    joins: origins.joins,
    others: origins.endings,
  }));
}

interface MessageRow {
  readonly id: number;
  readonly direction: string;
  readonly author_id: number | null;
  readonly scheduled_at: string | null;
  readonly created_at: string;
}

function storyMessage(row: MessageRow, origin: ConversationId | undefined): StoryMessage[] {
  const { direction, author_id: author, scheduled_at: scheduled, created_at: created } = row;
  const own = origin === undefined ? {} : { origin };
  if (direction === 'inbound') return [{ authorId: null, at: new Date(created), ...own }];
  // Sent with another program: an answer of nobody that is known by name.
  return [{ authorId: author ?? 0, at: new Date(scheduled ?? created), ...own }];
}

const COUNTED = z.tuple([
  z.number(),
  z.number(),
  z.array(z.number()),
  z.array(z.tuple([z.string(), z.number(), z.string(), z.number(), z.number()])),
]);

/** What these conversations have put into the counts until now. */
export async function countedOf({ db }: Scope, ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, Counted>> {
  const rows = await db('statistics_conversations').whereIn('conversation_id', [...ids]);
  return new Map(
    rows.map((row) => {
      const [folderId, inboxId, labelIds, facts] = COUNTED.parse(JSON.parse(row.counted));
      return [row.conversation_id as ConversationId, { folderId, inboxId, labelIds, facts } as unknown as Counted];
    }),
  );
}

/** Null = it is gone. */
export async function saveCounted({ db }: WriteScope, all: ReadonlyMap<ConversationId, Counted | null>): Promise<void> {
  const [gone, kept] = [
    [...all].filter(([, one]) => one === null),
    [...all].flatMap(([id, one]) => (one === null ? [] : [[id, one] as const])),
  ];
  if (gone.length > 0)
    await db('statistics_conversations')
      .whereIn(
        'conversation_id',
        gone.map(([id]) => id),
      )
      .delete();
  if (kept.length === 0) return;
  const rows = kept.map(([id, { folderId, inboxId, labelIds, facts }]) => ({
    conversation_id: id,
    counted: JSON.stringify([folderId, inboxId, labelIds, facts]),
  }));
  await db('statistics_conversations').insert(rows).onConflict('conversation_id').merge();
}

const KEY = ['label_id', 'measure', 'day', 'bucket', 'folder_id', 'inbox_id', 'agent_id'] as const;

/** Adds to the counts, by keys as `difference` makes them. */
export async function addCounts({ db }: WriteScope, changes: ReadonlyMap<string, number>): Promise<void> {
  const rows = [...changes].sort().map(([key, n]) => {
    const values = key.split(' ').map((part, index) => [KEY[index], index === 1 || index === 2 ? part : Number(part)]);
    return { ...Object.fromEntries(values), n };
  });
  // SQLite takes at most 500 rows in one statement.
  for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT)
    await db('statistics_counts')
      .insert(rows.slice(from, from + ROWS_A_STATEMENT))
      .onConflict([...KEY])
      .merge({ n: db.raw('statistics_counts.n + excluded.n') });
}
