import type { Scope, WriteScope } from '../db/scope.ts';
import { deleteSetting, findSettings, putSetting } from './store.ts';

/** One installation-wide value under its key ("company.name"), or null when it was never set. */
export async function readSetting(scope: Scope, key: string): Promise<string | null> {
  return (await findSettings(scope, [key])).get(key) ?? null;
}

/** Several at once; what was never set is not there. */
export const readSettings = findSettings;

export async function writeSetting(tx: WriteScope, key: string, value: string): Promise<void> {
  await putSetting(tx, key, value);
  tx.emit({ type: 'settings.changed', data: { key } });
}

/** The same of what the program notes for itself: nobody changed a setting. */
export const noteSetting = (tx: WriteScope, key: string, value: string): Promise<void> => putSetting(tx, key, value);

/** Removes the value only when it is still `value`; true for exactly one of several callers. */
export function takeSetting(tx: WriteScope, key: string, value: string): Promise<boolean> {
  return deleteSetting(tx, key, value);
}
