import { isAnyOf } from '../db/dialect.ts';
import type { Scope } from '../db/scope.ts';

/** In which folder each conversation is, who sees those folders and these, with whom the conversations were shared, and who sees any of a contact. */
export interface Facts {
  readonly folderOf: ReadonlyMap<number, number>;
  /** `agent:folder`. */
  readonly access: ReadonlySet<string>;
  /** `agent:conversation`. */
  readonly shares: ReadonlySet<string>;
  /** `agent:contact`: who sees a conversation of theirs. */
  readonly contacts: ReadonlySet<string>;
}

/** All of it in one query, as it is now. */
export async function readFacts(
  { db }: Scope,
  conversationIds: readonly number[],
  folderIds: readonly number[],
  contactIds: readonly number[],
): Promise<Facts> {
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
      ...(contactIds.length === 0 ? [] : seersOf(db, contactIds)),
    ]);
  const pairs = (kind: string) => rows.filter((row) => row.kind === kind);
  const keys = (kind: string) => new Set(pairs(kind).map(({ one, other }) => `${one}:${other}`));
  return {
    folderOf: new Map(pairs('place').map(({ one, other }) => [one, other])),
    access: keys('access'),
    shares: keys('share'),
    contacts: keys('contact'),
  };
}

/** By a folder that one of the contact's conversations is in, or by one that was shared. */
function seersOf(db: Scope['db'], contactIds: readonly number[]) {
  const theirs = () => db('conversations as c').whereRaw(...isAnyOf(db, 'c.contact_id', contactIds));
  const pair = (agent: string) => [db.raw("'contact' as kind"), `${agent} as one`, 'c.contact_id as other'];
  return [
    theirs().join('folder_access as a', 'a.folder_id', 'c.folder_id').distinct(pair('a.agent_id')),
    theirs().join('conversation_shares as s', 's.conversation_id', 'c.id').distinct(pair('s.agent_id')),
  ];
}
