import type { Knex } from 'knex';
import { closed, pinned } from '../db/dialect.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { LabelId } from '../lib/ids.ts';
import type { Colour, KnownLabel, RemovedLabel } from './types.ts';

interface Row {
  id: number;
  name: string;
  name_key: string;
  colour: string;
  position: number;
  conversation_count: number;
  created_at: string;
  removed_at: string | null;
  merged_into_id: number | null;
}

const fromRow = (row: Row): KnownLabel => ({
  id: row.id as LabelId,
  name: row.name,
  colour: row.colour as Colour,
  conversationCount: row.conversation_count,
});

/** Two names with the same key are the same name. */
const keyOf = (name: string): string => name.normalize('NFC').toLowerCase();

/** Written out, not bound: a partial index is only found from the literal. */
const present = (db: Knex) => db<Row>('labels').whereRaw('removed_at is null');

export async function listPresent({ db }: Scope): Promise<readonly KnownLabel[]> {
  return (await present(db).orderByRaw('position, id')).map(fromRow);
}

export async function findPresent({ db }: Scope, id: LabelId): Promise<KnownLabel | null> {
  const row = await present(db).where({ id }).first();
  return row ? fromRow(row) : null;
}

export async function findByName({ db }: Scope, name: string): Promise<KnownLabel | null> {
  const row = await present(db)
    .where({ name_key: keyOf(name) })
    .first();
  return row ? fromRow(row) : null;
}

/** At the end of the order. Null when the name is taken. */
export async function insertLabel({ db, now }: WriteScope, name: string, colour: Colour): Promise<LabelId | null> {
  const last = await present(db).orderByRaw('position desc, id desc').first();
  const position = (last?.position ?? 0) + 1;
  const rows = await db('labels')
    .insert({ name, name_key: keyOf(name), colour, position, created_at: now().toISOString() })
    .onConflict(db.raw('(name_key) where removed_at is null'))
    .ignore()
    .returning('id');
  return (rows[0]?.id as LabelId | undefined) ?? null;
}

export async function updateLabel({ db }: WriteScope, id: LabelId, name: string, colour: Colour): Promise<void> {
  await present(db)
    .where({ id })
    .update({ name, name_key: keyOf(name), colour });
}

/** Gives each of these its place in the order. */
export async function saveOrder({ db }: WriteScope, ids: readonly LabelId[]): Promise<void> {
  for (const [at, id] of ids.entries())
    await present(db)
      .where({ id })
      .whereNot({ position: at + 1 })
      .update({ position: at + 1 });
}

/** False when there is no such label any more. It stays so until the transaction ends; others may put it on something meanwhile. */
export async function pinPresent({ db }: WriteScope, id: LabelId): Promise<boolean> {
  return (await pinned(db, present(db).where({ id }).first('id'))) !== undefined;
}

/** Of a label that may be removed already. */
export async function addToCount({ db }: WriteScope, id: LabelId, by: number): Promise<void> {
  if (by !== 0) await db<Row>('labels').where({ id }).increment('conversation_count', by);
}

/** False when it was not there, or was removed before. */
export async function markRemoved({ db, now }: WriteScope, id: LabelId, mergedIntoId: LabelId | null): Promise<boolean> {
  // Whoever puts it on something just now ends first, and whoever begins then finds it removed.
  await closed(db, present(db).where({ id }).first('id'));
  const count = await present(db).where({ id }).update({ removed_at: now().toISOString(), merged_into_id: mergedIntoId });
  if (mergedIntoId !== null) await db<Row>('labels').where({ merged_into_id: id }).update({ merged_into_id: mergedIntoId });
  return count > 0;
}

/** False when it was not removed, or merged into another, or is gone. */
export async function unmarkRemoved({ db }: WriteScope, id: LabelId): Promise<boolean> {
  const count = await db<Row>('labels').where({ id }).whereNotNull('removed_at').whereNull('merged_into_id').update({ removed_at: null });
  return count > 0;
}

/** The name of a label, also of a removed one, and what is to become of it; null when it is gone. */
export async function findAny({ db }: Scope, id: LabelId): Promise<(RemovedLabel & { readonly name: string }) | null> {
  const row = await db<Row>('labels').where({ id }).first();
  if (!row) return null;
  return {
    name: row.name,
    removedAt: row.removed_at === null ? null : new Date(row.removed_at),
    mergedIntoId: row.merged_into_id as LabelId | null,
  };
}

export async function deleteLabel({ db }: WriteScope, id: LabelId): Promise<void> {
  await db('labels').where({ id }).delete();
}
