import { type Scope, transact } from '../db/scope.ts';
import type { Keyring } from '../lib/secrets.ts';
import { randomToken } from '../lib/secrets.ts';
import { readSettings, writeSetting } from '../settings/settings.ts';
import type { AlarmSettings } from './types.ts';

const KEYS = {
  mail: 'alarms.mail',
  webhook: 'alarms.webhook',
  key: 'alarms.webhook_key',
  ping: 'alarms.ping',
  minutes: 'alarms.ping_minutes',
} as const;
const PURPOSE = 'alarms';
const USUAL_MINUTES = 5;

/** Addresses may hold a token, so they lie encrypted; what cannot be opened any more counts as not there. */
export async function readAlarms(scope: Scope, keyring: Keyring): Promise<AlarmSettings> {
  const stored = await readSettings(scope, Object.values(KEYS));
  const secret = (key: string): string | null => {
    const sealed = stored.get(key) ?? '';
    try {
      return sealed === '' ? null : keyring.decrypt(PURPOSE, sealed);
    } catch {
      return null;
    }
  };
  return {
    isMailOn: stored.get(KEYS.mail) !== 'no',
    webhook: secret(KEYS.webhook),
    webhookKey: secret(KEYS.key),
    ping: secret(KEYS.ping),
    pingMinutes: Number(stored.get(KEYS.minutes) ?? USUAL_MINUTES),
  };
}

export async function saveAlarms(scope: Scope, keyring: Keyring, wanted: Omit<AlarmSettings, 'webhookKey'>): Promise<void> {
  const known = await readAlarms(scope, keyring);
  const sealed = (plain: string | null): string => (plain === null ? '' : keyring.encrypt(PURPOSE, plain));
  await transact(scope, async (tx) => {
    await writeSetting(tx, KEYS.mail, wanted.isMailOn ? 'yes' : 'no');
    await writeSetting(tx, KEYS.minutes, String(wanted.pingMinutes));
    if (wanted.webhook !== known.webhook) await writeSetting(tx, KEYS.webhook, sealed(wanted.webhook));
    if (wanted.ping !== known.ping) await writeSetting(tx, KEYS.ping, sealed(wanted.ping));
  });
}

/** A new key that webhooks are signed with; shown now and never again. */
export async function newWebhookKey(scope: Scope, keyring: Keyring): Promise<string> {
  const key = randomToken(43);
  await transact(scope, (tx) => writeSetting(tx, KEYS.key, keyring.encrypt(PURPOSE, key)));
  return key;
}
