import type { WriteScope } from '../db/scope.ts';
import type { DomainReport } from '../plugins/contract.ts';
import { insertReport, insertRows } from './store.ts';

/** Keeps what a receiver of our mail says about a domain of ours; the same report a second time changes nothing. */
export async function receiveDomainReport(
  tx: WriteScope,
  report: Omit<DomainReport, 'message' | 'kind'>,
): Promise<{ readonly status: 'report' | 'duplicate'; readonly reason: string | null }> {
  const id = await insertReport(tx, report);
  if (id === null) return { status: 'duplicate', reason: `report ${report.reportId} of ${report.organisation} is here already` };
  await insertRows(tx, id, dayOf(report), report);
  tx.emit({ type: 'domain_report.received', data: { domainReportId: id } });
  return { status: 'report', reason: null };
}

/** Receivers cut the day where they live: its middle is on the right one everywhere. */
const dayOf = ({ begin, end }: Pick<DomainReport, 'begin' | 'end'>): string =>
  new Date((begin.getTime() + end.getTime()) / 2).toISOString().slice(0, 10);
