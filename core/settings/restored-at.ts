import type { Scope, WriteScope } from '../db/scope.ts';
import { noteSetting, readSetting } from './settings.ts';

const KEY = 'backups.restored_at';

/** The data was put back from a backup now: what happened before, and is found again, was dealt with once already. */
export const noteRestoredAt = (tx: WriteScope): Promise<void> => noteSetting(tx, KEY, tx.now().toISOString());

/** When that was; null = never. */
export async function restoredAt(scope: Scope): Promise<Date | null> {
  const text = await readSetting(scope, KEY);
  return text === null ? null : new Date(text);
}
