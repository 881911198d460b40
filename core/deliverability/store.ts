import { z } from 'zod';
import type { Scope, WriteScope } from '../db/scope.ts';
import { CHECK_STATES, CHECKS, type CheckChange, type CheckName, type CheckResult, type CheckState, type DomainChecks } from './types.ts';

const RESULTS = z.array(
  z.object({
    name: z.enum(CHECKS),
    state: z.enum(CHECK_STATES),
    finding: z.string(),
    values: z.record(z.string(), z.union([z.string(), z.number()])),
    seen: z.array(z.string()),
    record: z.object({ type: z.enum(['TXT', 'MX', 'PTR']), host: z.string(), value: z.string() }).nullable(),
  }),
);

/** The last look at a domain; null = nobody looked yet. */
export async function findChecks({ db }: Scope, domain: string): Promise<DomainChecks | null> {
  const row = await db('domain_checks').where({ domain }).first();
  return row ? { results: RESULTS.parse(JSON.parse(row.results)), checkedAt: new Date(row.checked_at) } : null;
}

/** The last looks at all domains, by name. */
export async function allChecks({ db }: Scope): Promise<ReadonlyMap<string, DomainChecks>> {
  const rows = await db('domain_checks').orderBy('domain');
  return new Map(rows.map((row) => [row.domain, { results: RESULTS.parse(JSON.parse(row.results)), checkedAt: new Date(row.checked_at) }]));
}

export async function putChecks({ db, now }: WriteScope, domain: string, results: readonly CheckResult[]): Promise<void> {
  const row = { domain, results: JSON.stringify(results), checked_at: now().toISOString() };
  await db('domain_checks').insert(row).onConflict('domain').merge();
}

export async function insertChanges(
  { db, now }: WriteScope,
  domain: string,
  changes: readonly { readonly name: CheckName; readonly from: CheckState | null; readonly to: CheckState }[],
): Promise<void> {
  if (changes.length === 0) return;
  const changed_at = now().toISOString();
  await db('domain_check_changes').insert(
    changes.map(({ name, from, to }) => ({ domain, name, from_state: from, to_state: to, changed_at })),
  );
}

/** The last state of each check that was noted. */
export async function lastStates({ db }: Scope, domain: string): Promise<ReadonlyMap<string, CheckState>> {
  const last = db('domain_check_changes').where({ domain }).groupBy('name').max('id');
  const rows = await db('domain_check_changes').whereIn('id', last).select('name', 'to_state');
  return new Map(rows.map((row) => [row.name, row.to_state as CheckState]));
}

/** What changed lately, newest first; the first look at a domain is no change. */
export async function recentChanges({ db }: Scope, domain: string, limit: number): Promise<readonly CheckChange[]> {
  const rows = await db('domain_check_changes').where({ domain }).whereNotNull('from_state').orderBy('id', 'desc').limit(limit);
  return rows.map((row) => ({
    name: row.name as CheckName,
    from: row.from_state as CheckState,
    to: row.to_state as CheckState,
    at: new Date(row.changed_at),
  }));
}
