import type { Knex } from 'knex';
import type { Scope } from '../db/scope.ts';
import { copyReason } from '../ingest/failure.ts';
import type { MessageId } from '../lib/ids.ts';

/** What was kept for these messages beside what they were made from: the same mail that came by another way. Word for word the condition of the index `raw_inbound_copies`. */
export const copiesOf = ({ db }: Pick<Scope, 'db'>, ids: readonly MessageId[]): Knex.QueryBuilder =>
  db('raw_inbound').whereRaw("error like 'same message as %'").whereIn('error', ids.map(copyReason)).select('id');
