import { MAX_ID } from './ids.ts';

/** One page of a keyset list; `next` is null at the end, else the cursor of the following page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Whether a part of a cursor can be a row id; larger numbers make PostgreSQL refuse the query. */
export const isCursorId = (part: unknown): part is number => Number.isSafeInteger(part) && Math.abs(Number(part)) <= MAX_ID;

/** Packs the sort key of a page's last row into an opaque cursor. */
export const encodeCursor = (key: readonly (string | number)[]): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** Reads a cursor that came from outside; null when it is not one of ours with `length` parts. */
export function decodeCursor(cursor: string, length: number): readonly (string | number)[] | null {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(key) && key.length === length && key.every(isPart) ? key : null;
  } catch {
    return null;
  }
}

const isPart = (part: unknown): part is string | number => (typeof part === 'string' ? !part.includes('\0') : typeof part === 'number');
