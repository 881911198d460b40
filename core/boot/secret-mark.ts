import { type Scope, transact } from '../db/scope.ts';
import type { Log } from '../lib/log.ts';
import type { Keyring } from '../lib/secrets.ts';
import { noteSetting, readSetting } from '../settings/settings.ts';

const KEY = 'secret.mark';

/**
 * Says in the log when the secret is another one than at the last start: its file was lost and made anew, or CENTRALA_SECRET_KEY was changed or left
 * out. Everybody is logged out then, and what was sealed before cannot be read until the old one is back; while backups still hold it.
 */
export async function noteSecret(scope: Scope, keyring: Keyring, log: Log): Promise<void> {
  const mark = keyring.sign('mark of the secret', '');
  const before = await readSetting(scope, KEY);
  if (before === mark) return;
  await transact(scope, (tx) => noteSetting(tx, KEY, mark));
  const help =
    'Put secret.key of a backup back, or the CENTRALA_SECRET_KEY from before. Else type passwords of relays and mailboxes again.';
  if (before !== null) log.error('secret_changed', { help });
}
