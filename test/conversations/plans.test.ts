import test from 'ava';
import type { Knex } from 'knex';
import { listConversations } from '../../core/conversations/list.ts';
import { endOfLookedAt, type PageQuery, pageOfIds } from '../../core/conversations/pages/store.ts';
import { isPostgres } from '../../core/db/dialect.ts';
import { addFolder } from '../../core/folders/edit.ts';
import type { AgentId, ContactId, FolderId, InboxId, LabelId, TeamId } from '../../core/lib/ids.ts';
import { houseFor } from '../support/house.ts';

const ANY: PageQuery = {
  status: null,
  inboxId: null,
  folderId: null,
  assigneeId: null,
  contactId: null,
  labelId: null,
  failed: false,
  found: null,
  sort: 'newest',
  after: null,
  limit: 51,
  sight: null,
};
const LATE = { at: '2026-11-24T10:00:00.000Z', id: 5 };

/** Every list that a person can open. */
const LISTS: readonly PageQuery[] = (['open', 'closed', null] as const).flatMap((status) =>
  [
    {},
    { inboxId: 1 as InboxId },
    { assigneeId: 1 as AgentId },
    { assigneeId: 'unassigned' as const },
    { assigneeId: 1 as AgentId, inboxId: 1 as InboxId },
    { assigneeId: 'unassigned' as const, inboxId: 1 as InboxId },
    { teamIds: [1 as TeamId] },
    { contactId: 1 as ContactId },
    { failed: true },
    { labelId: 1 as LabelId },
    { labelId: 1 as LabelId, inboxId: 1 as InboxId },
    { labelId: 1 as LabelId, assigneeId: 'unassigned' as const },
  ].flatMap((filter) => [null, LATE].map((after) => ({ ...ANY, status, ...filter, after }))),
);
const WAITING: readonly PageQuery[] = [
  {},
  { inboxId: 1 as InboxId },
  { assigneeId: 1 as AgentId },
  { assigneeId: 'unassigned' as const },
  { teamIds: [1 as TeamId] },
  { teamIds: [1 as TeamId, 2 as TeamId] },
].flatMap((filter) => [null, LATE].map((after) => ({ ...ANY, status: 'open' as const, sort: 'waiting' as const, ...filter, after })));

/** Many conversations of every kind, so that a planner has something to gain from an index. */
async function fill(db: Knex, inboxId: InboxId, agentId: AgentId): Promise<void> {
  const at = new Date('2026-11-24T09:00:00.000Z').toISOString();
  const [contact] = await db('contacts').insert({ name: '', created_at: at, updated_at: at }).returning('id');
  await db.raw(
    `insert into conversations (inbox_id, contact_id, contact_address, assignee_id, status, subject, snippet, reply_token, message_count, has_attachments, failed_deliveries, last_message_id, last_message_at, waiting_since, created_at)
     with recursive n(i) as (select 1 union all select i + 1 from n where i < 16000)
     select ?, ?, 'a@x.test', case when i % 3 = 0 then cast(? as integer) end, case when i % 10 = 0 then 'open' else 'closed' end, 's', 's', 'token' || i, 1, ${isPostgres(db) ? 'false' : '0'}, 0, i,
       '2026-11-' || (10 + i % 15) || 'T09:00:00.000Z', case when i % 20 = 0 then '2026-11-01T00:00:00.000Z' end, '2026-11-01T00:00:00.000Z' from n`,
    [inboxId, contact.id, agentId],
  );
  for (const [id, every] of [
    [1, 4],
    [2, 400],
  ] as const) {
    await db('labels').insert({ id, name: `l${id}`, name_key: `l${id}`, colour: 'red', position: id, created_at: at });
    const rows = 'insert into conversation_labels (conversation_id, label_id, state, written_at, labelled_at)';
    await db.raw(`${rows} select id, ?, status, last_message_at, ? from conversations where id % ? = 0`, [id, at, every]);
  }
  for (const [id, every] of [
    [1, 6],
    [2, 800],
  ] as const) {
    await db('teams').insert({ id, name: `t${id}`, name_key: `t${id}`, position: id, created_at: at });
    await db('conversations').whereRaw('id % ? = 0', [every]).update({ assigned_team_id: id });
  }
  await db.raw(isPostgres(db) ? 'analyze' : 'select 1');
}

async function planOf(db: Knex, query: Knex.QueryBuilder): Promise<string> {
  const { sql, bindings } = query.toSQL().toNative();
  if (!isPostgres(db)) {
    const steps: { detail: string }[] = await db.raw(`explain query plan ${sql}`, [...bindings]);
    return steps.map((step) => step.detail).join('\n');
  }
  const answer: { rows: { 'QUERY PLAN': string }[] } = await db.raw(`explain ${query.toQuery()}`);
  return answer.rows.map((row) => row['QUERY PLAN']).join('\n');
}

/** What would grow with the data: a table read from end to end, or sorted. The merge of three pages sorts only those pages. */
function growing(plan: string, postgres: boolean): boolean {
  if (postgres) return /Seq Scan|(^|-> +)(Incremental )?Sort /m.test(plan);
  const single = plan.split('\n').filter((step) => !/COMPOUND|UNION ALL|CO-ROUTINE|SCAN (pages|page_)|SUBQUERY/.test(step));
  return single.some((step) => /^SCAN conversations(?! USING)/.test(step)) || (!/UNION ALL/.test(plan) && /TEMP B-TREE/.test(plan));
}

/** What was shared with one agent is a handful, which PostgreSQL reads and sorts: that part of a merged page, and the question whether a row is one of them. */
const withoutShares = (plan: string): string =>
  plan
    .split(/(?=\n +-> {2}Limit)/)
    .filter((part, at) => at === 0 || !part.includes('conversation_shares'))
    .join('')
    .replace(/Seq Scan on conversation_shares/g, '');

/** An agent who sees two of three folders. */
const SIGHT = { agentId: 1 as AgentId, folderIds: [1, 2] as FolderId[] };

test('every list of a folder, and of an agent who sees only some, is read in the order of an index, at every page', async (t) => {
  const { scope, inboxId, agentId } = await houseFor(t);
  for (const name of ['a', 'b']) await addFolder(scope, name);
  await fill(scope.db, inboxId, agentId);
  await scope.db('conversations').whereRaw('id % 5 = 0').update({ folder_id: 2 });
  await scope.db('conversations').whereRaw('id % 7 = 0').update({ folder_id: 3 });
  await scope.db.raw(isPostgres(scope.db) ? 'analyze' : 'select 1');
  // Only programs ask for a folder together with another filter.
  const isPlain = ({ inboxId, assigneeId, contactId, labelId, failed, unanswered = false, teamIds = null }: PageQuery): boolean =>
    !failed && !unanswered && [inboxId, assigneeId, contactId, labelId, teamIds].every((one) => one === null);
  for (const page of [...LISTS, ...WAITING]) {
    const ofFolder = isPlain(page) ? [{ folderId: 3 as FolderId }, { sight: SIGHT, folderId: 2 as FolderId }] : [];
    for (const how of [{ sight: SIGHT }, ...ofFolder]) {
      const plan = await planOf(scope.db, pageOfIds(scope.db, { ...page, ...how }));
      t.false(growing(withoutShares(plan), isPostgres(scope.db)), `${JSON.stringify({ ...page, ...how })}\n${plan}`);
    }
  }
});

test('every list is read in the order of an index, at every page', async (t) => {
  const { scope, inboxId, agentId } = await houseFor(t);
  await fill(scope.db, inboxId, agentId);
  for (const page of [...LISTS, ...WAITING]) {
    const plan = await planOf(scope.db, pageOfIds(scope.db, page));
    t.false(growing(plan, isPostgres(scope.db)), `${JSON.stringify(page)}\n${plan}`);
  }
});

test('conditions without words look through a thousand conversations a page, in the order of an index, and go on behind them', async (t) => {
  const { scope, agentScope, inboxId, agentId } = await houseFor(t);
  const { db } = scope;
  await fill(db, inboxId, agentId);
  const also = [{ kind: 'attachment', isNot: false }] as const;
  // Of the few rows of a label here PostgreSQL rather reads everything; of a million it does not.
  const lists = isPostgres(db) ? LISTS.filter(({ labelId }) => labelId === null) : LISTS;
  for (const page of lists.map((list) => ({ ...list, also })))
    for (const query of [pageOfIds(db, page), endOfLookedAt(db, page)]) {
      const plan = await planOf(db, query);
      // What is sorted are those thousand; what is read to its end is no table.
      t.notRegex(plan, /^SCAN conversations(?! USING)|Seq Scan on conversations/m, plan);
    }
  const [oldest] = await db('conversations').orderBy(['last_message_at', 'id']).limit(1);
  await db('conversations').where({ id: oldest.id }).update({ has_attachments: true });
  const found: number[] = [];
  let [pages, cursor]: [number, string | undefined] = [0, undefined];
  do {
    const page = await listConversations(agentScope, { q: 'has:attachment', cursor });
    found.push(...page.items.map(({ id }) => id));
    pages += 1;
    cursor = page.next ?? undefined;
  } while (cursor);
  t.deepEqual([found, pages], [[oldest.id], 17]);
  t.is((await listConversations(agentScope, { q: 'has:attachment after:2026-11-25' })).next, null, 'not behind the day it ends at');
});
