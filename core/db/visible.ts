import type { Knex } from 'knex';
import type { AgentId, FolderId } from '../lib/ids.ts';
import { isPostgres } from './dialect.ts';
import type { Actor } from './scope.ts';

/**
 * The one place that decides which conversations an actor may see: those in folders where he may do something, and those that were shared
 * with him. Whoever is not an agent is a part of the machine, which sees all. `table` is what the query calls conversations.
 */
export function visibleConversations<T extends Knex.QueryBuilder>(db: Knex, query: T, actor: Actor, table = 'conversations'): T {
  if (actor.kind !== 'agent') return query;
  const { id } = actor;
  query.where((either) => {
    const seen = db('folder_access').where({ agent_id: id }).select('folder_id');
    either.whereIn(`${table}.folder_id`, seen).orWhereIn(`${table}.id`, sharedWith(db, id));
  });
  return query;
}

/** The conversation whose number stands in `column`, when the actor sees it: for "exists". */
export const seenConversation = (db: Knex, actor: Actor, column: string): Knex.QueryBuilder =>
  visibleConversations(db, db('conversations as c').whereRaw('c.id = ??', [column]), actor, 'c').select(db.raw('1'));

export const sharedWith = (db: Knex, id: AgentId): Knex.QueryBuilder =>
  db('conversation_shares').where({ agent_id: id }).select('conversation_id');

/** In one of these folders, whatever their number, as a condition and its bindings. */
export const inFolders = (db: Knex, ids: readonly FolderId[]): [sql: string, bindings: [string]] =>
  isPostgres(db)
    ? ['conversations.folder_id = any(?::int[])', [`{${ids.join(',')}}`]]
    : ['conversations.folder_id in (select value from json_each(?))', [JSON.stringify(ids)]];
