import { setImmediate as turn } from 'node:timers/promises';
import type { Knex } from 'knex';
import { holds } from '../agents/holds.ts';
import type { Scope } from '../db/scope.ts';
import { rankOf } from '../folders/types.ts';
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

/** A row of the counts. */
export interface Cell {
  readonly day: string;
  readonly agent_id: number;
  readonly inbox_id: number;
  readonly folder_id: number;
  readonly label_id: number;
  readonly measure: Measure;
  readonly bucket: number;
  readonly n: number;
}

const COLUMNS = ['day', 'agent_id', 'inbox_id', 'folder_id', 'label_id', 'measure', 'bucket', 'n'] as const;
/** More at once would keep everybody else waiting. */
const DAYS_AT_ONCE = 3;

/** What the actor may see of a period, three days at a time: in between everybody else gets his turn. `byLabel` = the rows of labels. */
export async function* cells(scope: Scope, wanted: Wanted, byLabel: boolean): AsyncGenerator<readonly Cell[]> {
  const least = await leastRank(scope);
  for (let from = wanted.from; from <= wanted.until; from = dayAfter(from, DAYS_AT_ONCE)) {
    const last = dayAfter(from, DAYS_AT_ONCE - 1);
    const until = last < wanted.until ? last : wanted.until;
    yield await visible(scope, narrowed(scope.db, { ...wanted, from, until }, byLabel), least).select([...COLUMNS]);
    await turn();
  }
}

function narrowed(db: Knex, { from, until, inboxId, folderId, labelId, agentId }: Wanted, byLabel: boolean): Knex.QueryBuilder {
  const query = db('statistics_counts').whereBetween('day', [from, until]).whereNot('n', 0);
  if (byLabel && labelId === null) query.where('label_id', '>', 0);
  else query.where({ label_id: labelId ?? 0 });
  if (inboxId !== null) query.where({ inbox_id: inboxId });
  if (folderId !== null) query.where({ folder_id: folderId });
  if (agentId !== null) query.where({ agent_id: agentId });
  return query;
}

/** What he has to be let do in a folder to see in it what colleagues did. */
const leastRank = async (scope: Scope): Promise<number> => rankOf((await holds(scope, 'statistics')) ? 'see' : 'manage');

/** All of the folders that he manages, with the permission of those that he sees; of the others that he sees what he did himself. */
function visible({ db, actor }: Scope, query: Knex.QueryBuilder, least: number): Knex.QueryBuilder {
  if (actor.kind !== 'agent') return query;
  const seen = () => db('folder_access').where({ agent_id: actor.id }).select('folder_id');
  return query.where((either) =>
    either
      .whereIn('folder_id', seen().where('level', '>=', least))
      .orWhere((own) => own.where({ agent_id: actor.id }).whereIn('folder_id', seen())),
  );
}

/** Whether he sees more than what he did himself. */
export async function managesAny(scope: Scope): Promise<boolean> {
  const { db, actor } = scope;
  if (actor.kind !== 'agent') return true;
  return (
    (await db('folder_access')
      .where({ agent_id: actor.id })
      .where('level', '>=', await leastRank(scope))
      .first('folder_id')) !== undefined
  );
}
