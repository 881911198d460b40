import type { Scope } from '../db/scope.ts';
import { decodeCursor, encodeCursor, type Page } from '../lib/page.ts';
import { daySums, sourceSums, witnesses } from './store.ts';
import type { ReportedDay, ReportedSource } from './types.ts';

/** How far back the page looks. */
export const REPORTED_DAYS = 30;
const SOURCES_A_PAGE = 25;

const firstDay = (scope: Scope): string => new Date(scope.now().getTime() - (REPORTED_DAYS - 1) * 86_400_000).toISOString().slice(0, 10);

/** Each of the last thirty days that somebody reported on, oldest first. */
export const reportedDays = (scope: Scope, domain: string): Promise<readonly ReportedDay[]> => daySums(scope, domain, firstDay(scope));

/** Who sent in the name of the domain in these days, the busiest first. A cursor that is none of ours begins anew. */
export async function reportedSources(scope: Scope, domain: string, cursor: string | null): Promise<Page<ReportedSource>> {
  const day = firstDay(scope);
  const rows = await sourceSums(scope, domain, day, afterOf(cursor), SOURCES_A_PAGE + 1);
  const shown = rows.slice(0, SOURCES_A_PAGE);
  const told = Map.groupBy(
    await witnesses(
      scope,
      domain,
      day,
      shown.map(({ sourceIp }) => sourceIp),
    ),
    ({ sourceIp }) => sourceIp,
  );
  const items = shown.map((one) => {
    const by = told.get(one.sourceIp) ?? [];
    return {
      ...one,
      organisations: [...new Set(by.map(({ organisation }) => organisation))].sort(),
      vouchedBy: [...new Set(by.flatMap(({ vouchedBy }) => vouchedBy))].sort(),
    };
  });
  const last = shown.at(-1);
  return { items, next: rows.length > shown.length && last ? encodeCursor([last.messages, last.sourceIp]) : null };
}

function afterOf(cursor: string | null): { messages: number; sourceIp: string } | null {
  const [messages, sourceIp] = (cursor === null ? null : decodeCursor(cursor, 2)) ?? [];
  return typeof messages === 'number' && Number.isSafeInteger(messages) && typeof sourceIp === 'string' ? { messages, sourceIp } : null;
}
