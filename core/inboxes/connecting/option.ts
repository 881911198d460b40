import { type Scope, transact } from '../../db/scope.ts';
import { readSetting, writeSetting } from '../../settings/settings.ts';

const KEY = 'mailboxes.personal';

/** Whether agents may connect mailboxes of their own. Yes, unless an administrator said otherwise; those that are connected go on. */
export const mayConnectOwn = async (scope: Scope): Promise<boolean> => (await readSetting(scope, KEY)) !== 'off';

export const letConnectOwn = (scope: Scope, isOn: boolean): Promise<void> =>
  transact(scope, (tx) => writeSetting(tx, KEY, isOn ? 'on' : 'off'));
