import type { Scope, WriteScope } from '../db/scope.ts';

export interface UseRow {
  readonly inboxId: number;
  readonly kind: 'received' | 'spam' | 'sent';
  /** Of receiving or writing it, by UTC. */
  readonly year: number;
  readonly bytes: number;
}

/** A limit of an inbox, or with id 0 of all together. */
export interface LimitRow {
  readonly inboxId: number;
  readonly bytes: number | null;
  /** The level that administrators were told of last; 0 = none. */
  readonly toldPercent: number;
}

export async function useRows({ db }: Scope): Promise<readonly UseRow[]> {
  const rows: { inbox_id: number; kind: UseRow['kind']; year: number; bytes: number | string }[] = await db('storage_use');
  return rows.map((row) => ({ inboxId: row.inbox_id, kind: row.kind, year: row.year, bytes: Number(row.bytes) }));
}

export async function limitRows({ db }: Scope): Promise<readonly LimitRow[]> {
  const rows: { inbox_id: number; bytes: number | string | null; told_percent: number }[] = await db('storage_limits');
  return rows.map((row) => ({
    inboxId: row.inbox_id,
    bytes: row.bytes === null ? null : Number(row.bytes),
    toldPercent: row.told_percent,
  }));
}

export async function writeLimit({ db }: WriteScope, inboxId: number, bytes: number | null): Promise<void> {
  await db('storage_limits').insert({ inbox_id: inboxId, bytes, told_percent: 0 }).onConflict('inbox_id').merge({ bytes });
}

export async function writeTold({ db }: WriteScope, inboxId: number, percent: number): Promise<void> {
  await db('storage_limits').where({ inbox_id: inboxId }).update({ told_percent: percent });
}
