import { InvalidError } from '../lib/errors.ts';
import { decodeCursor, encodeCursor, type Page } from '../lib/page.ts';

export const LIST_LIMIT_MAX = 200;

/** The error of a cursor that is not one of ours. */
export const badCursor = (): InvalidError => new InvalidError({ cursor: 'is not a cursor of this list' });

/** One page of a list that is small and whole in memory, in the order of its ids. */
export function pageInMemory<T extends { readonly id: number }>(all: readonly T[], limit: number, cursor: string | undefined): Page<T> {
  const key = cursor === undefined ? [0] : decodeCursor(cursor, 1);
  const after = key?.[0];
  if (typeof after !== 'number') throw badCursor();
  const rest = all.filter((item) => item.id > after).toSorted((a, b) => a.id - b.id);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last && rest.length > limit ? encodeCursor([last.id]) : null };
}
