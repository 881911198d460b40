import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, RuleId } from '../lib/ids.ts';
import { ACTIONS, CONDITION, type Match, type Rule, type RuleInput } from './types.ts';

interface Row {
  id: number;
  name: string;
  position: number;
  enabled: boolean | number;
  answers: boolean | number;
  stops: boolean | number;
  match: string;
  conditions: string;
  actions: string;
  keeper_id: number | null;
  act_count: number;
  last_act_at: string | null;
  created_at: string;
  updated_at: string;
}

const fromRow = (row: Row): Rule => ({
  id: row.id as RuleId,
  name: row.name,
  enabled: Boolean(row.enabled),
  answers: Boolean(row.answers),
  stops: Boolean(row.stops),
  match: row.match as Match,
  conditions: CONDITION.array().parse(JSON.parse(row.conditions)),
  actions: ACTIONS.parse(JSON.parse(row.actions)),
  keeperId: row.keeper_id as AgentId | null,
  actCount: row.act_count,
  lastActAt: row.last_act_at === null ? null : new Date(row.last_act_at),
});

const toColumns = ({ name, enabled, answers, stops, match, conditions, actions, keeperId }: SavedRule) => ({
  ...{ name, enabled, answers, stops, match },
  keeper_id: keeperId,
  conditions: JSON.stringify(conditions),
  actions: JSON.stringify(actions),
});

/** All of them, MAX_RULES at most, in their order. */
export async function allRules({ db }: Scope): Promise<readonly Rule[]> {
  return (await db<Row>('rules').orderBy(['position', 'id'])).map(fromRow);
}

export async function findRuleById({ db }: Scope, id: RuleId): Promise<Rule | null> {
  const row = await db<Row>('rules').where({ id }).first();
  return row ? fromRow(row) : null;
}

/** What is saved: what a person says of it, and whose rights it has. */
export type SavedRule = RuleInput & Pick<Rule, 'keeperId'>;

export async function insertRule({ db, now }: WriteScope, input: SavedRule, position: number): Promise<RuleId> {
  const at = now().toISOString();
  const [row] = await db<Row>('rules')
    .insert({ ...toColumns(input), position, created_at: at, updated_at: at })
    .returning('id');
  if (!row) throw new Error('insert returned no row');
  return row.id as RuleId;
}

export async function updateRule({ db, now }: WriteScope, id: RuleId, input: SavedRule): Promise<boolean> {
  const count = await db<Row>('rules')
    .where({ id })
    .update({ ...toColumns(input), updated_at: now().toISOString() });
  return count > 0;
}

export async function deleteRule({ db }: WriteScope, id: RuleId): Promise<void> {
  await db<Row>('rules').where({ id }).delete();
}

/** Gives each of these its place in the order. */
export async function saveOrder({ db }: WriteScope, ids: readonly RuleId[]): Promise<void> {
  for (const [at, id] of ids.entries())
    await db<Row>('rules')
      .where({ id })
      .whereNot({ position: at + 1 })
      .update({ position: at + 1 });
}

export async function countAct({ db, now }: WriteScope, id: RuleId): Promise<void> {
  await db<Row>('rules').where({ id }).increment('act_count', 1).update({ last_act_at: now().toISOString() });
}
