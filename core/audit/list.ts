import type { Scope } from '../db/scope.ts';
import { decodeCursor, encodeCursor, isCursorId, type Page } from '../lib/page.ts';
import { type AuditFilters, entriesBefore, readHead } from './store.ts';
import type { AuditEntry } from './types.ts';

export type { AuditFilters } from './store.ts';

export const ENTRIES_A_PAGE = 50;
const EXPORTED_AT_ONCE = 500;

/** What was done, newest first. */
export async function listAudit(scope: Scope, filters: AuditFilters, cursor: string | null): Promise<Page<AuditEntry>> {
  const [before] = decodeCursor(cursor ?? '', 1) ?? [];
  const found = await entriesBefore(scope, filters, isCursorId(before) ? before : null, ENTRIES_A_PAGE + 1);
  const items = found.slice(0, ENTRIES_A_PAGE);
  const last = items.at(-1);
  return { items, next: found.length > ENTRIES_A_PAGE && last ? encodeCursor([last.seq]) : null };
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
