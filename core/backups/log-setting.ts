import { type Scope, transact } from '../db/scope.ts';
import { readSetting, writeSetting } from '../settings/settings.ts';

const KEY = 'backups.log';

/** Whether each change is brought to the backups within seconds; not unless somebody switched it on. */
export const readsLog = async (scope: Scope): Promise<boolean> => (await readSetting(scope, KEY)) === 'yes';

export async function saveLog(scope: Scope, isOn: boolean): Promise<void> {
  if ((await readsLog(scope)) !== isOn) await transact(scope, (tx) => writeSetting(tx, KEY, isOn ? 'yes' : 'no'));
}
