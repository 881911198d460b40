import type { Knex } from 'knex';
import type { Scope, WriteScope } from '../db/scope.ts';
import { visibleConversations } from '../db/visible.ts';
import type { AgentId, ConversationId, MessageId, RuleActId, RuleId } from '../lib/ids.ts';
import { storable } from '../lib/text.ts';
import type { Memory } from './memory.ts';
import { readMemory, writeMemory } from './memory.ts';
import type { Deed, Reason, Remainder, RuleAct } from './types.ts';

interface Row {
  id: number;
  rule_id: number | null;
  rule_name: string;
  conversation_id: number;
  message_id: number;
  at: string;
  reasons: string;
  deeds: string;
  memory: string;
  failure: string | null;
  undone_at: string | null;
  undone_by: number | null;
  left_over: string;
}
type ReadRow = Row & { first_name: string | null; last_name: string | null };

const fromRow = (row: ReadRow): RuleAct => ({
  id: row.id as RuleActId,
  ruleId: row.rule_id as RuleId | null,
  ruleName: row.rule_name,
  conversationId: row.conversation_id as ConversationId,
  messageId: row.message_id as MessageId,
  at: new Date(row.at),
  reasons: JSON.parse(row.reasons) as readonly Reason[],
  deeds: JSON.parse(row.deeds) as readonly Deed[],
  failure: row.failure,
  undoneAt: row.undone_at === null ? null : new Date(row.undone_at),
  undoneBy: `${row.first_name ?? ''} ${row.last_name ?? ''}`.trim(),
  left: JSON.parse(row.left_over) as readonly Remainder[],
});

export type NewAct = Pick<RuleAct, 'ruleId' | 'ruleName' | 'conversationId' | 'messageId' | 'reasons' | 'deeds' | 'failure'> & {
  readonly memory: Memory | null;
};

export async function insertAct({ db, now }: WriteScope, act: NewAct): Promise<RuleActId> {
  const [row] = await db<Row>('rule_acts')
    .insert({
      rule_id: act.ruleId,
      rule_name: act.ruleName,
      conversation_id: act.conversationId,
      message_id: act.messageId,
      at: now().toISOString(),
      reasons: storable(JSON.stringify(act.reasons)),
      deeds: storable(JSON.stringify(act.deeds)),
      memory: act.memory ? writeMemory(act.memory) : '',
      failure: act.failure,
    })
    .returning('id');
  if (!row) throw new Error('insert returned no row');
  return row.id as RuleActId;
}

const acts = (db: Knex): Knex.QueryBuilder =>
  db('rule_acts as a').leftJoin('agents as u', 'u.id', 'a.undone_by').select('a.*', 'u.first_name', 'u.last_name');

/** Whether any rule has dealt with the message. */
export async function isDealtWith({ db }: Scope, id: MessageId): Promise<boolean> {
  return (await db('rule_acts').where({ message_id: id }).first('id')) !== undefined;
}

/** What rules did to these messages, oldest first; not what they failed to do. */
export async function actsOnMessages({ db }: Scope, ids: readonly MessageId[]): Promise<readonly RuleAct[]> {
  const rows: ReadRow[] = await acts(db)
    .whereIn('a.message_id', [...ids])
    .whereNull('a.failure')
    .orderBy('a.id');
  return rows.map(fromRow);
}

export async function findActById({ db }: Scope, id: RuleActId): Promise<(RuleAct & { readonly memory: Memory | null }) | null> {
  const row: ReadRow | undefined = await acts(db).where('a.id', id).first();
  return row ? { ...fromRow(row), memory: row.memory === '' ? null : readMemory(row.memory) } : null;
}

/** What a rule did, newest first, with the subjects of the conversations; only those that the actor sees. */
export async function actsOfRule({ db, actor }: Scope, id: RuleId, before: number | null, limit: number) {
  const query = acts(db).join('conversations as c', 'c.id', 'a.conversation_id').select('c.subject as conversation_subject');
  visibleConversations(db, query, actor, 'c').where('a.rule_id', id).orderBy('a.id', 'desc').limit(limit);
  const rows: (ReadRow & { conversation_subject: string })[] = await (before === null ? query : query.where('a.id', '<', before));
  return rows.map((row) => ({ ...fromRow(row), subject: row.conversation_subject }));
}

/** When each of these rules last failed since it was changed, and why. */
export async function lastFailures({ db }: Scope): Promise<ReadonlyMap<RuleId, { readonly at: Date; readonly failure: string }>> {
  const newest = db('rule_acts as a')
    .join('rules as r', 'r.id', 'a.rule_id')
    .whereNotNull('a.failure')
    .whereRaw('a.at > r.updated_at')
    .groupBy('a.rule_id')
    .max('a.id as id');
  const rows: Row[] = await db<Row>('rule_acts').whereIn('id', db.from(newest.as('n')).select('n.id'));
  return new Map(rows.map((row) => [row.rule_id as RuleId, { at: new Date(row.at), failure: row.failure ?? '' }]));
}

/** False when somebody has undone it already. */
export async function markUndone({ db, now }: WriteScope, id: RuleActId, by: AgentId | null, left: readonly Remainder[]): Promise<boolean> {
  const row = { undone_at: now().toISOString(), undone_by: by, left_over: JSON.stringify(left) };
  return (await db<Row>('rule_acts').where({ id }).whereNull('undone_at').whereNull('failure').update(row)) === 1;
}
