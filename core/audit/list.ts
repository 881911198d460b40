import type { Scope } from '../db/scope.ts';
import { dayAfter, isDay } from '../lib/day.ts';
import { readLocalTime } from '../lib/local-time.ts';
import { decodeCursor, encodeCursor, isCursorId, type Page } from '../lib/page.ts';
import { readGeneral } from '../settings/general.ts';
import { type AuditFilters, entriesBefore, readHead } from './store.ts';
import type { AuditEntry } from './types.ts';

export type { AuditFilters } from './store.ts';

export const ENTRIES_A_PAGE = 50;
const EXPORTED_AT_ONCE = 500;

/** What was done, newest first. */
export async function listAudit(
  scope: Scope,
  filters: AuditFilters,
  cursor: string | null,
  limit = ENTRIES_A_PAGE,
): Promise<Page<AuditEntry>> {
  const [before] = decodeCursor(cursor ?? '', 1) ?? [];
  const found = await entriesBefore(scope, filters, isCursorId(before) ? before : null, limit + 1);
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last ? encodeCursor([last.seq]) : null };
}

/** From the beginning of one day to the end of another in the company's time zone; a text that is no day = any. */
export async function auditPeriod(scope: Scope, from: string, until: string): Promise<Pick<AuditFilters, 'from' | 'until'>> {
  const { timeZone } = await readGeneral(scope);
  const startOf = (day: string): string | null => readLocalTime(`${day}T00:00`, timeZone)?.toISOString() ?? null;
  return { from: isDay(from) ? startOf(from) : null, until: isDay(until) ? startOf(dayAfter(until, 1)) : null };
}

/** All of it, read a part at a time. */
export async function* everyEntry(scope: Scope, filters: AuditFilters): AsyncGenerator<AuditEntry> {
  for (let before: number | null = null; ; ) {
    const part: readonly AuditEntry[] = await entriesBefore(scope, filters, before, EXPORTED_AT_ONCE);
    yield* part;
    const last = part.at(-1);
    if (!last || part.length < EXPORTED_AT_ONCE) return;
    before = last.seq;
  }
}

/** The end of the chain: whoever noted it down can later prove that nothing before it was changed. */
export const readAuditHead = readHead;
