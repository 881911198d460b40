import type { Scope } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import { decodeCursor, encodeCursor, isCursorId, type Page } from '../lib/page.ts';
import { listBlocked } from './store.ts';
import type { BlockedAddress } from './types.ts';

/** Newest first. Raises invalid for a cursor that is not of this list. */
export async function listBlockedAddresses(
  scope: Scope,
  { q = '', cursor, limit = 50 }: { readonly q?: string; readonly cursor?: string | undefined; readonly limit?: number } = {},
): Promise<Page<BlockedAddress>> {
  const [before = null] = cursor === undefined ? [] : (decodeCursor(cursor, 1) ?? ['']);
  if (before !== null && !isCursorId(before)) throw new InvalidError({ cursor: 'blocked-addresses.cursor' });
  const rows = await listBlocked(scope, q, before, limit + 1);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? encodeCursor([last.id]) : null };
}
