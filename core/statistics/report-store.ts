import type { Knex } from 'knex';
import type { Scope } from '../db/scope.ts';
import { LEVELS } from '../folders/types.ts';
import { dayAfter } from '../lib/day.ts';
import type { Measure } from './types.ts';

/** What is added up. Null = any. */
export interface Wanted {
  readonly from: string;
  readonly until: string;
  readonly inboxId: number | null;
  readonly folderId: number | null;
  readonly labelId: number | null;
  readonly agentId: number | null;
}

export const GROUPS = ['day', 'agent_id', 'inbox_id', 'folder_id', 'label_id'] as const;
export type Group = (typeof GROUPS)[number];

export interface Sum {
  /** Of the group; '' without one. */
  readonly of: string;
  readonly measure: Measure;
  readonly bucket: number;
  readonly n: number;
}

/** More days at once would keep everybody else waiting. */
const DAYS_AT_ONCE = 31;

/**
 * What the actor may see of these measures, added up by a group and, where `buckets` are wanted, by bucket; a month at a time, so that others
 * get their turn in between.
 */
export async function sums(
  scope: Scope,
  wanted: Wanted,
  measures: readonly Measure[],
  groups: readonly Group[],
  buckets: boolean,
): Promise<readonly Sum[]> {
  const columns = [...groups, 'measure', ...(buckets ? ['bucket'] : [])];
  const all = new Map<string, Sum>();
  for (let from = wanted.from; from <= wanted.until; from = dayAfter(from, DAYS_AT_ONCE)) {
    const last = dayAfter(from, DAYS_AT_ONCE - 1);
    const until = last < wanted.until ? last : wanted.until;
    const query = visible(
      scope,
      narrowed(scope.db, { ...wanted, from, until }, groups.includes('label_id')).whereIn('measure', [...measures]),
    );
    for (const row of await query.groupBy(columns).select(columns).sum({ n: 'n' })) {
      const of = groups.map((group) => String(row[group])).join(' ');
      const [measure, bucket] = [row['measure'] as Measure, Number(row['bucket'] ?? 0)];
      const key = `${of} ${measure} ${bucket}`;
      all.set(key, { of, measure, bucket, n: (all.get(key)?.n ?? 0) + Number(row['n']) });
    }
  }
  return [...all.values()].filter(({ n }) => n !== 0);
}

function narrowed(db: Knex, { from, until, inboxId, folderId, labelId, agentId }: Wanted, byLabel: boolean): Knex.QueryBuilder {
  const query = db('statistics_counts').whereBetween('day', [from, until]);
  if (byLabel && labelId === null) query.where('label_id', '>', 0);
  else query.where({ label_id: labelId ?? 0 });
  if (inboxId !== null) query.where({ inbox_id: inboxId });
  if (folderId !== null) query.where({ folder_id: folderId });
  if (agentId !== null) query.where({ agent_id: agentId });
  return query;
}

/** All of the folders that he manages, and of the others that he sees what he did himself. */
function visible({ db, actor }: Scope, query: Knex.QueryBuilder): Knex.QueryBuilder {
  if (actor.kind !== 'agent') return query;
  const seen = () => db('folder_access').where({ agent_id: actor.id }).select('folder_id');
  return query.where((either) =>
    either
      .whereIn('folder_id', seen().where('level', '>=', LEVELS.indexOf('manage')))
      .orWhere((own) => own.where({ agent_id: actor.id }).whereIn('folder_id', seen())),
  );
}

/** Whether he sees more than what he did himself. */
export async function managesAny({ db, actor }: Scope): Promise<boolean> {
  if (actor.kind !== 'agent') return true;
  const level = LEVELS.indexOf('manage');
  return (await db('folder_access').where({ agent_id: actor.id }).where('level', '>=', level).first('folder_id')) !== undefined;
}
