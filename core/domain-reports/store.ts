import type { Scope, WriteScope } from '../db/scope.ts';
import type { Id } from '../lib/ids.ts';
import type { DomainReport } from '../plugins/contract.ts';
import type { ReportedDay, ReportedSource } from './types.ts';

export type ReportId = Id<'domain_reports'>;
type StoredReport = Omit<DomainReport, 'message' | 'kind'>;

const BATCH = 200;
const SUMS = {
  messages: 'messages',
  passed: 'passed',
  spfPassed: 'spf_passed',
  dkimPassed: 'dkim_passed',
  quarantined: 'quarantined',
  rejected: 'rejected',
};

/** Null when this report is there already. */
export async function insertReport({ db, now }: WriteScope, report: StoredReport): Promise<ReportId | null> {
  const { domain, organisation, reportId, policy, begin, end } = report;
  const [made] = await db('domain_reports')
    .insert({
      domain,
      organisation,
      report_id: reportId,
      policy,
      begin_at: begin.toISOString(),
      end_at: end.toISOString(),
      received_at: now().toISOString(),
    })
    .onConflict(['domain', 'organisation', 'report_id'])
    .ignore()
    .returning('id');
  return made ? (made.id as ReportId) : null;
}

export async function insertRows({ db }: WriteScope, id: ReportId, day: string, report: StoredReport): Promise<void> {
  const { domain, organisation } = report;
  const rows = report.rows.map(({ sourceIp, headerFrom, vouchedBy, count, disposition, spf, dkim }) => ({
    domain_report_id: id,
    domain,
    organisation,
    day,
    source_ip: sourceIp,
    header_from: headerFrom,
    vouched_by: vouchedBy.join(' '),
    messages: count,
    passed: spf || dkim ? count : 0,
    spf_passed: spf ? count : 0,
    dkim_passed: dkim ? count : 0,
    quarantined: disposition === 'quarantine' ? count : 0,
    rejected: disposition === 'reject' ? count : 0,
  }));
  for (let at = 0; at < rows.length; at += BATCH) await db('domain_report_rows').insert(rows.slice(at, at + BATCH));
}

/** Sums are texts in PostgreSQL. */
type Sums = Readonly<Record<string, string | number>>;

const since = ({ db }: Scope, domain: string, day: string) => db('domain_report_rows').where({ domain }).where('day', '>=', day);

/** Sums by day from `day` on, oldest first; only days that somebody reported on. */
export async function daySums(scope: Scope, domain: string, day: string): Promise<readonly ReportedDay[]> {
  const rows: Sums[] = await since(scope, domain, day)
    .groupBy('day')
    .orderBy('day')
    .select('day')
    .sum({ messages: 'messages', passed: 'passed' });
  return rows.map((row) => ({ day: String(row['day']), messages: Number(row['messages']), passed: Number(row['passed']) }));
}

/** The busiest sources from `day` on, after `after` in the same order. */
export async function sourceSums(
  scope: Scope,
  domain: string,
  day: string,
  after: { readonly messages: number; readonly sourceIp: string } | null,
  limit: number,
): Promise<readonly Omit<ReportedSource, 'organisations' | 'vouchedBy'>[]> {
  const query = since(scope, domain, day).groupBy('source_ip').select({ sourceIp: 'source_ip' }).sum(SUMS);
  const { messages, sourceIp } = after ?? { messages: 0, sourceIp: '' };
  if (after) query.havingRaw('(sum(messages) < ? or (sum(messages) = ? and source_ip > ?))', [messages, messages, sourceIp]);
  const rows: Sums[] = await query.orderByRaw('sum(messages) desc, source_ip').limit(limit);
  return rows.map((row) => ({
    sourceIp: String(row['sourceIp']),
    messages: Number(row['messages']),
    passed: Number(row['passed']),
    spfPassed: Number(row['spfPassed']),
    dkimPassed: Number(row['dkimPassed']),
    quarantined: Number(row['quarantined']),
    rejected: Number(row['rejected']),
  }));
}

/** Who reported on these sources from `day` on, and who vouched for them. */
export async function witnesses(
  scope: Scope,
  domain: string,
  day: string,
  sources: readonly string[],
): Promise<readonly { readonly sourceIp: string; readonly organisation: string; readonly vouchedBy: readonly string[] }[]> {
  const rows = await since(scope, domain, day).whereIn('source_ip', sources).distinct('source_ip', 'organisation', 'vouched_by');
  return rows.map((row) => ({
    sourceIp: row.source_ip,
    organisation: row.organisation,
    vouchedBy: row.vouched_by.split(' ').filter(Boolean),
  }));
}

/** Forgets reports received before `at`, rows and all; answers how many. */
export const deleteReportsBefore = ({ db }: WriteScope, at: Date): Promise<number> =>
  db('domain_reports').where('received_at', '<', at.toISOString()).delete();
