import { isAnyOf } from '../db/dialect.ts';
import type { Scope } from '../db/scope.ts';

/** In which folder each conversation is, who sees those folders and these, and with whom the conversations were shared. */
export interface Facts {
  readonly folderOf: ReadonlyMap<number, number>;
  /** `agent:folder`. */
  readonly access: ReadonlySet<string>;
  /** `agent:conversation`. */
  readonly shares: ReadonlySet<string>;
}

/** All of it in one query, as it is now. */
export async function readFacts({ db }: Scope, conversationIds: readonly number[], folderIds: readonly number[]): Promise<Facts> {
  const of = (column: string) => db.raw(...isAnyOf(db, column, conversationIds));
  const folders = db('conversations').whereRaw(of('id')).select('folder_id');
  const rows: { kind: string; one: number; other: number }[] = await db('conversations')
    .whereRaw(of('id'))
    .select(db.raw("'place' as kind"), 'id as one', 'folder_id as other')
    .unionAll([
      db('folder_access')
        .where((either) => either.whereIn('folder_id', folders).orWhereIn('folder_id', [...folderIds]))
        .select(db.raw("'access' as kind"), 'agent_id as one', 'folder_id as other'),
      db('conversation_shares')
        .whereRaw(of('conversation_id'))
        .select(db.raw("'share' as kind"), 'agent_id as one', 'conversation_id as other'),
    ]);
  const pairs = (kind: string) => rows.filter((row) => row.kind === kind);
  const keys = (kind: string) => new Set(pairs(kind).map(({ one, other }) => `${one}:${other}`));
  return { folderOf: new Map(pairs('place').map(({ one, other }) => [one, other])), access: keys('access'), shares: keys('share') };
}
