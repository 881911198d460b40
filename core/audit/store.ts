import type { Knex } from 'knex';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { LedgerHead } from '../ledger/types.ts';
import type { Act, Area, AuditEntry } from './types.ts';

interface Row {
  readonly seq: number;
  readonly at: string;
  readonly area: string;
  readonly act: string;
  readonly agent_id: number;
  readonly origin: string;
  readonly data: string;
  readonly hash: string;
}

const fromRow = ({ agent_id: agentId, area, act, ...row }: Row): AuditEntry => ({ ...row, agentId, area: area as Area, act: act as Act });

/** The end of the chain, for the caller alone until its transaction ends. */
export async function lockHead({ db }: WriteScope): Promise<LedgerHead> {
  return db('audit_head').where({ id: 1 }).forUpdate().first('seq', 'hash');
}

export async function readHead({ db }: Scope): Promise<LedgerHead> {
  return db('audit_head').where({ id: 1 }).first('seq', 'hash');
}

export async function insertEntries({ db }: WriteScope, entries: readonly AuditEntry[]): Promise<void> {
  const rows = entries.map(({ agentId, ...entry }) => ({ ...entry, agent_id: agentId }));
  // SQLite takes at most 500 rows in one statement.
  for (let from = 0; from < rows.length; from += 100) await db('audit_entries').insert(rows.slice(from, from + 100));
  const last = entries.at(-1);
  if (last) await db('audit_head').where({ id: 1 }).update({ seq: last.seq, hash: last.hash });
}

/** In the order of the chain. */
export async function entriesAfter({ db }: Scope, seq: number, limit: number): Promise<readonly AuditEntry[]> {
  const rows: Row[] = await db('audit_entries').where('seq', '>', seq).orderBy('seq').limit(limit);
  return rows.map(fromRow);
}

/** Null = any. `from` and `until` are moments as ISO-8601 texts, the end not among them. */
export interface AuditFilters {
  readonly agentId: number | null;
  readonly area: Area | null;
  readonly from: string | null;
  readonly until: string | null;
}

/** Newest first, before `before`. */
export async function entriesBefore(
  { db }: Scope,
  { agentId, area, from, until }: AuditFilters,
  before: number | null,
  limit: number,
): Promise<readonly AuditEntry[]> {
  const query: Knex.QueryBuilder = db('audit_entries').orderBy('seq', 'desc').limit(limit);
  if (agentId !== null) query.where({ agent_id: agentId });
  if (area !== null) query.where({ area });
  if (from !== null) query.where('at', '>=', from);
  if (until !== null) query.where('at', '<', until);
  if (before !== null) query.where('seq', '<', before);
  return (await query).map(fromRow);
}
