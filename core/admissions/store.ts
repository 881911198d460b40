import type { Scope, WriteScope } from '../db/scope.ts';
import type { AdmissionId, AdmissionRule, Subject, Verdict } from './types.ts';

interface Row {
  id: number;
  verdict: Verdict;
  subject: Subject;
  value: string;
  reason: string;
  hits: number;
  last_hit_at: string | null;
  created_at: string;
}

const fromRow = (row: Row): AdmissionRule => ({
  id: row.id as AdmissionId,
  verdict: row.verdict,
  subject: row.subject,
  value: row.value,
  reason: row.reason,
  hits: row.hits,
  lastHitAt: row.last_hit_at === null ? null : new Date(row.last_hit_at),
  createdAt: new Date(row.created_at),
});

/** Newest first, older than `before` when given. */
export async function listRules({ db }: Scope, limit: number, before: number | null = null): Promise<readonly AdmissionRule[]> {
  const query = db<Row>('admissions').orderBy('id', 'desc').limit(limit);
  return (await (before === null ? query : query.where('id', '<', before))).map(fromRow);
}

export async function countRules({ db }: Scope): Promise<number> {
  const row = await db('admissions').count({ n: '*' }).first();
  return Number(row?.n ?? 0);
}

/** Null when there is a rule about the same already. */
export async function insertRule(
  { db, now }: WriteScope,
  rule: Pick<AdmissionRule, 'verdict' | 'subject' | 'value' | 'reason'>,
): Promise<AdmissionId | null> {
  const row = { verdict: rule.verdict, subject: rule.subject, value: rule.value, reason: rule.reason, created_at: now().toISOString() };
  const [created] = await db('admissions').insert(row).onConflict(['subject', 'value']).ignore().returning('id');
  return created ? (created.id as AdmissionId) : null;
}

export async function deleteRule({ db }: WriteScope, id: AdmissionId): Promise<boolean> {
  return (await db('admissions').where({ id }).del()) > 0;
}

export async function addHits({ db, now }: WriteScope, hits: ReadonlyMap<AdmissionId, number>): Promise<void> {
  for (const [id, n] of hits) await db('admissions').where({ id }).increment('hits', n).update({ last_hit_at: now().toISOString() });
}

export interface Greylisted {
  readonly passes: number;
  readonly firstSeenAt: Date;
}

export async function findGreylisted({ db, now }: Scope, key: string): Promise<Greylisted | null> {
  const row: { passes: number; first_seen_at: string } | undefined = await db('greylisted')
    .where({ key })
    .where('expires_at', '>', now().toISOString())
    .first('passes', 'first_seen_at');
  return row ? { passes: row.passes, firstSeenAt: new Date(row.first_seen_at) } : null;
}

/** Writes what is known of a key, whatever was there. */
export async function putGreylisted({ db }: WriteScope, key: string, { passes, firstSeenAt }: Greylisted, expiresAt: Date): Promise<void> {
  const row = { key, passes, first_seen_at: firstSeenAt.toISOString(), expires_at: expiresAt.toISOString() };
  await db('greylisted').insert(row).onConflict('key').merge();
}

export async function deleteExpiredGreylisted({ db, now }: WriteScope): Promise<number> {
  return db('greylisted').where('expires_at', '<=', now().toISOString()).del();
}
