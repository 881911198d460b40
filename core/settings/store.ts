import type { Scope, WriteScope } from '../db/scope.ts';

export async function findSettings(scope: Scope, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows: { key: string; value: string }[] = await scope
    .db('settings')
    .whereIn('key', [...keys])
    .select('key', 'value');
  return new Map(rows.map((row) => [row.key, row.value]));
}

export async function putSetting(tx: WriteScope, key: string, value: string): Promise<void> {
  const row = { key, value, updated_at: tx.now().toISOString() };
  await tx.db('settings').insert(row).onConflict('key').merge();
}

/** False when the key holds another value, or none: somebody else was faster. */
export async function deleteSetting(tx: WriteScope, key: string, value: string): Promise<boolean> {
  return (await tx.db('settings').where({ key, value }).del()) > 0;
}
